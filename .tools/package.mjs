// Makes what runs where nothing is installed: a folder and an archive for each system, with the program, SQLite's native code
// and Node inside. Usage: npm run package [-- TARGET …] [-- --no-archive] [-- --out FOLDER]
// --own-node takes the Node of this checkout for its own system, without its licence: for tests, which may have no network.
//
// Node comes from where it can be checked: for Linux from npm's registry, as the development dependency `node` does (npm
// compares it with the registry's integrity), for macOS from nodejs.org, compared with its SHASUMS256.txt. What cannot be
// reached is said and left out, and the exit code is 1 when nothing was made.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  chmodSync,
  copyFileSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'

/** Why a package is left out. */
class Unreachable extends Error {}

/** A link to it, as Homebrew makes, leads to its own folder. */
const launcher = `#!/bin/sh
at=$0
while [ -L "$at" ]; do
  to=$(readlink "$at")
  case $to in
    /*) at=$to ;;
    *) at=\${at%/*}/$to ;;
  esac
done
lib=\${at%/*}/../lib
exec "$lib/node" "$lib/dist/muster.js" "$@"
`

const root = fileURLToPath(new URL('..', import.meta.url))
const { version, devDependencies, dependencies } = readJson(join(root, 'package.json'))
const nodeVersion = devDependencies.node
const targets = ['linux-x64', 'linux-arm64', 'darwin-arm64', 'darwin-x64']

const { values, positionals } = parseArgs({
  options: {
    archive: { type: 'boolean', default: true },
    'own-node': { type: 'boolean', default: false },
    out: { type: 'string', default: join(root, '.packages') },
  },
  allowNegative: true,
  allowPositionals: true,
})
const unknown = positionals.find((name) => !targets.includes(name))
if (unknown !== undefined) {
  process.stderr.write(`There is no target ${unknown}; there are ${targets.join(', ')}.\n`)
  process.exit(2)
}
const made = []
for (const target of positionals.length > 0 ? positionals : targets) {
  const drafts = mkdtempSync(join(tmpdir(), 'muster-package-'))
  try {
    made.push(await makePackage(target, drafts))
  } catch (error) {
    if (!(error instanceof Unreachable)) throw error
    process.stdout.write(`${target}: skipped, ${error.message}\n`)
  } finally {
    rmSync(drafts, { recursive: true, force: true })
  }
}
const archives = made.flatMap(({ archive }) => archive ?? [])
if (archives.length > 0) {
  const sums = archives.map((name) => `${sha256(readFileSync(join(values.out, name)))}  ${name}\n`)
  writeFileSync(join(values.out, 'SHA256SUMS'), sums.join(''))
}
if (made.length === 0) process.exitCode = 1

/** Makes one in a draft and moves it to its place when it is whole. */
async function makePackage(target, drafts) {
  const name = `muster-${version}-${target}`
  const draft = join(drafts, name)
  const node = await findNode(target, drafts)
  mkdirSync(join(draft, 'bin'), { recursive: true })
  const lib = join(draft, 'lib')
  cpSync(join(root, 'dist'), join(lib, 'dist'), {
    recursive: true,
    filter: (path) => !path.endsWith('bundled.json'),
  })
  cpSync(join(root, 'queries'), join(lib, 'queries'), { recursive: true })
  copyFileSync(node, join(lib, 'node'))
  chmodSync(join(lib, 'node'), 0o755)
  const licence = join(dirname(dirname(node)), 'LICENSE')
  if (!values['own-node']) copyFileSync(licence, join(lib, 'NODE-LICENSE'))
  const sqlite = join('node_modules', 'better-sqlite3')
  mkdirSync(join(lib, sqlite, 'prebuilds'), { recursive: true })
  for (const file of ['package.json', 'LICENSE', join('prebuilds', `${target}.node`)])
    copyFileSync(join(root, sqlite, file), join(lib, sqlite, file))
  const found = readJson(join(lib, sqlite, 'package.json')).version
  if (found !== dependencies['better-sqlite3'])
    throw new Error(`node_modules has better-sqlite3 ${found}: run npm install first`)
  for (const file of ['README.md', 'LICENSE']) copyFileSync(join(root, file), join(draft, file))
  writeFileSync(join(draft, 'bin', 'muster'), launcher, { mode: 0o755 })
  chmodSync(join(draft, 'bin', 'muster'), 0o755)
  mkdirSync(values.out, { recursive: true })
  const archive = values.archive ? pack(name, drafts) : null
  const place = join(values.out, name)
  rmSync(place, { recursive: true, force: true })
  move(draft, place)
  const size =
    archive === null ? '' : `, ${archive} ${(statSync(join(values.out, archive)).size / 1e6).toFixed(1)} MB`
  process.stdout.write(`${target}: ${place}${size}\n`)
  return { target, archive }
}

function pack(name, drafts) {
  const archive = `${name}.tar.gz`
  const draft = join(drafts, archive)
  run('tar', ['-czf', draft, '-C', drafts, name])
  move(draft, join(values.out, archive))
  return archive
}

/** Also from one file system to another. */
function move(from, to) {
  try {
    renameSync(from, to)
  } catch (error) {
    if (error.code !== 'EXDEV') throw error
    cpSync(from, `${to}.draft`, { recursive: true })
    renameSync(`${to}.draft`, to)
  }
}

/** The path of Node's program for a system. */
async function findNode(target, drafts) {
  const own = join(root, 'node_modules', 'node', 'bin', 'node')
  if (values['own-node'] && target === `${process.platform}-${process.arch}`) return realpathSync(own)
  return target.startsWith('linux-') ? nodeOfRegistry(target, drafts) : await nodeOfNodejsOrg(target, drafts)
}

function nodeOfRegistry(target, drafts) {
  const { status, stderr } = spawnSync('npm', ['pack', `node-${target}@${nodeVersion}`], {
    cwd: drafts,
    encoding: 'utf8',
  })
  if (status !== 0)
    throw new Unreachable(`npm’s registry does not give node-${target}@${nodeVersion}: ${lastLine(stderr)}`)
  run('tar', ['-xzf', join(drafts, `node-${target}-${nodeVersion}.tgz`), '-C', drafts, 'package'])
  return join(drafts, 'package', 'bin', 'node')
}

async function nodeOfNodejsOrg(target, drafts) {
  const base = `https://nodejs.org/dist/v${nodeVersion}`
  const name = `node-v${nodeVersion}-${target}.tar.gz`
  const sums = (await download(`${base}/SHASUMS256.txt`)).toString()
  const line = sums.split('\n').find((each) => each.endsWith(`  ${name}`))
  if (line === undefined) throw new Unreachable(`nodejs.org has no ${name}`)
  const archive = await download(`${base}/${name}`)
  if (sha256(archive) !== line.split(' ')[0])
    throw new Error(
      `${name} is not what nodejs.org’s SHASUMS256.txt says: do not use it, and try again later`,
    )
  writeFileSync(join(drafts, name), archive)
  const inside = `node-v${nodeVersion}-${target}/bin/node`
  run('tar', ['-xzf', join(drafts, name), '-C', drafts])
  return join(drafts, inside)
}

async function download(url) {
  try {
    const answer = await fetch(url)
    if (!answer.ok) throw new Error(`it answers ${answer.status}`)
    return Buffer.from(await answer.arrayBuffer())
  } catch (error) {
    throw new Unreachable(`${url} cannot be read: ${error.cause?.message ?? error.message}`)
  }
}

function run(command, args) {
  const { status, stderr, error } = spawnSync(command, args, { encoding: 'utf8' })
  if (error) throw error
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${status}: ${stderr}`)
}

function sha256(bytes) {
  return createHash('sha256').update(bytes).digest('hex')
}

function lastLine(text) {
  return text.trim().split('\n').at(-1)
}

function readJson(file) {
  return JSON.parse(readFileSync(file, 'utf8'))
}
