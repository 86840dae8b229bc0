// The manifest that is published differs from the checkout's: the bundle holds all dependencies but one, and an
// installed muster has nothing to run. npm packs the package.json that it finds, so `npm pack` puts the published one
// in the place of the checkout's (swap) and puts the checkout's back, byte for byte (restore).
//
// The checkout's waits in .tools/package.json.own meanwhile. A process of its own restores it when npm ends without
// its postpack, however it ends; when that process is ended too, the next build or pack restores it.
import { spawn, spawnSync } from 'node:child_process'
import {
  closeSync,
  existsSync,
  fchmodSync,
  fsyncSync,
  futimesSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeSync,
} from 'node:fs'
import { dirname } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'

/** The dependencies that the bundle cannot hold: better-sqlite3 is native code. */
export const unbundled = ['better-sqlite3']

const self = fileURLToPath(import.meta.url)
const manifest = fileURLToPath(new URL('../package.json', import.meta.url))
const backup = fileURLToPath(new URL('package.json.own', import.meta.url))

if (process.argv[1] === self) {
  const [, , action, npm] = process.argv
  if (action === 'swap') swap()
  else if (action === 'restore') restore()
  else if (action === 'guard') await guard(Number(npm))
  else if (action === 'refuse') refuse()
}

/** Gives the checkout its own package.json back, if a pack that was ended left the published one. */
export function restore() {
  if (!existsSync(backup)) return
  const own = readFileSync(backup)
  const found = existsSync(manifest) ? readFileSync(manifest) : published(own)
  if (found.equals(own)) return keepFolderTime(() => rmSync(backup))
  if (!found.equals(published(own))) {
    throw new Error(
      'package.json was changed while the published one stood in its place. The checkout’s own is ' +
        '.tools/package.json.own: move it back, with your change, and start again.',
    )
  }
  keepFolderTime(() => renameSync(backup, manifest))
}

function swap() {
  restore()
  const own = readFileSync(manifest)
  keepFolderTime(() => writeWhole(backup, own))
  const npm = String(npmProcess())
  spawn(process.execPath, [self, 'guard', npm], { detached: true, stdio: 'ignore' }).unref()
  keepFolderTime(() => writeWhole(manifest, published(own)))
}

/** Waits for the end of npm, and restores what its postpack has not. */
async function guard(npm) {
  const { ino } = statSync(backup)
  const isMine = () => statSync(backup, { throwIfNoEntry: false })?.ino === ino
  while (isMine() && isAlive(npm)) await pause(100)
  if (isMine()) restore()
}

/** npm reads the manifest of a folder again after postpack, and would announce the checkout's dependencies. */
function refuse() {
  process.stderr.write(
    'Publish the tarball, never the folder: npm pack, then npm publish ./muster-aws-VERSION.tgz\n',
  )
  process.exitCode = 1
}

function published(own) {
  const { scripts, devDependencies, allowScripts, dependencies, ...rest } = JSON.parse(own.toString())
  const needed = Object.entries(dependencies).filter(([name]) => unbundled.includes(name))
  return Buffer.from(`${JSON.stringify({ ...rest, dependencies: Object.fromEntries(needed) }, null, 2)}\n`)
}

/** The npm that runs this script: the nearest process above it that is not a shell. */
function npmProcess() {
  let pid = process.ppid
  for (let above = lookUp(pid); /^-?([a-z]*\/)*(a|ba|da|z|k)?sh$/.test(above.name); above = lookUp(pid))
    pid = above.parent
  return pid
}

/** Its name and its parent. Linux has them in /proc, where a small image has no ps. */
function lookUp(pid) {
  const stat = `/proc/${pid}/stat`
  if (existsSync(stat)) {
    // proc(5): the name stands in parentheses and may hold some itself; the state and the parent follow it.
    const [, name = '', parent] = /\((.*)\) \S+ (\d+)/s.exec(readFileSync(stat, 'utf8')) ?? []
    return { name, parent: Number(parent) }
  }
  const { stdout } = spawnSync('ps', ['-o', 'ppid=,comm=', '-p', String(pid)], { encoding: 'utf8' })
  const [, parent, name = ''] = /(\d+)\s+(.*\S)/.exec(stdout ?? '') ?? []
  return { name, parent: Number(parent) }
}

function isAlive(pid) {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error.code === 'EPERM'
  }
}

/** What is built is built again when the folder of its tools is newer; a pack changes none of them. */
function keepFolderTime(change) {
  const folder = dirname(backup)
  const { atime, mtime } = statSync(folder)
  change()
  utimesSync(folder, atime, mtime)
}

/** Whole or not at all, whenever the machine stops; with the mode and the time of package.json, which builds look at. */
function writeWhole(file, content) {
  const { mode, atime, mtime } = statSync(manifest)
  const draft = `${backup}.${process.pid}`
  const handle = openSync(draft, 'w')
  try {
    for (let at = 0; at < content.length; ) at += writeSync(handle, content, at)
    fchmodSync(handle, mode)
    futimesSync(handle, atime, mtime)
    fsyncSync(handle)
  } finally {
    closeSync(handle)
  }
  renameSync(draft, file)
}
