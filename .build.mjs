// Bundles src/ into dist/: a launcher, the program in lazily loaded chunks, its workers, and the engine as a library.
// With --if-changed nothing is done when dist/ is newer than every source.

import { createHash } from 'node:crypto'
import {
  copyFileSync,
  cpSync,
  existsSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { join, parse, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { build } from 'esbuild'
import { aside } from './.tools/aside.mjs'
import { builtinsOfPackages, lazyBuiltins } from './.tools/builtins.mjs'
import { compilerAtOnce } from './.tools/compile-at-once.mjs'
import { buildFewChunks } from './.tools/few-chunks.mjs'
import { lazily } from './.tools/lazily.mjs'
import { leanSdk } from './.tools/lean-sdk.mjs'
import { writeManPages } from './.tools/man-pages.mjs'
import { restore } from './.tools/manifest.mjs'
import { noticesOf } from './.tools/notices.mjs'
import { sqliteBinding } from './.tools/sqlite-binding.mjs'
import { yogaBinary } from './.tools/yoga-binary.mjs'

const outdir = 'dist'
// esbuild looks through its memory a third as often: a build takes a tenth less CPU, and no more memory at its height.
process.env.GOGC ??= '300'
restore()
if (process.argv.includes('--if-changed') && isCurrent()) process.exit(0)
rmSync(outdir, { recursive: true, force: true })

// Before 22.3 Node has no getBuiltinModule.
const olderNode =
  "if(!process.getBuiltinModule)process.getBuiltinModule=(await import('node:module')).createRequire(import.meta.url);"
const shared = {
  outdir,
  bundle: true,
  platform: 'node',
  mainFields: ['module', 'main'],
  format: 'esm',
  target: 'node22',
  minify: true,
  legalComments: 'none',
  // Ink loads React's developer tools where DEV is set: never here.
  external: ['react-devtools-core', 'better-sqlite3/package.json'],
  define: { 'process.env.NODE_ENV': '"production"', 'process.env.DEV': '"false"' },
  jsx: 'automatic',
  metafile: true,
  logLevel: 'warning',
  // CommonJS packages inside the bundle expect `require`, which is made when it is first called.
  banner: {
    js:
      `${olderNode}let __muster;` +
      "const __own=()=>__muster??=process.getBuiltinModule('node:module').createRequire(import.meta.url);" +
      'const require=Object.assign(name=>process.getBuiltinModule(name)??__own()(name),{resolve:name=>__own().resolve(name)});',
  },
}

const { listSetIds } = await load('src/store/column-sets.ts')
// The engine of --engine jmespath.
const stock = await aside('jmespath', ['search', 'compile'], outdir)
const split = {
  ...shared,
  define: { ...shared.define, MUSTER_SET_IDS: JSON.stringify(JSON.stringify(listSetIds())) },
  splitting: true,
  entryPoints: {
    main: 'src/main.ts',
    'demo-worker': 'src/demo/demo-thread.ts',
    'cache-writer': 'src/sync/writer-thread.ts',
    'sync-worker': 'src/ui/threads/sync-thread.ts',
    'ui-reader': 'src/ui/threads/reader-thread.ts',
    'ui-export': 'src/ui/threads/export-thread.ts',
  },
  chunkNames: 'chunk-[hash]',
  plugins: [
    lazily('string-width'),
    stock.plugin,
    lazyBuiltins,
    builtinsOfPackages,
    sqliteBinding,
    yogaBinary,
    leanSdk(/\/src\/aws\//),
  ],
}
const program = await buildFewChunks(
  split,
  [['src/main.ts'], ['src/app/open-context.ts', 'src/app/print.ts'], ['src/commands/query/query.ts']],
  ['src/demo/demo-thread.ts'],
  compilerAtOnce(),
)
// The launcher must parse on an old Node, so that it can refuse it: an old target, and nothing of the bundle in it.
const launcher = await build({
  entryPoints: { muster: 'src/muster.ts' },
  outdir,
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'es2022',
  minify: true,
  metafile: true,
  define: { MUSTER_BUILD: JSON.stringify(hashOf(outdir)) },
  banner: { js: `#!/usr/bin/env node\n${olderNode}` },
  plugins: [lazyBuiltins],
  logLevel: 'warning',
})
// What the SDK's schemas say, read when it is needed.
for (const table of ['shapes', 'operations'])
  cpSync(`src/kinds/${table}.json`, join(outdir, 'kinds', `${table}.json`))
// The engine for other programs: it needs nothing of Node.
const library = await build({
  entryPoints: { jmespath: 'src/jmespath/library.ts' },
  outdir,
  bundle: true,
  platform: 'neutral',
  format: 'esm',
  target: 'es2023',
  metafile: true,
  logLevel: 'warning',
})
await writeSettingsSchema(join(outdir, 'settings.schema.json'))
// The reference, which `muster help TOPIC` prints.
cpSync('src/help', join(outdir, 'help'), { recursive: true, filter: (path) => !path.endsWith('.ts') })
await writeManPages(join(outdir, 'man'))
copyFileSync('src/jmespath/published.d.ts', join(outdir, 'jmespath.d.ts'))
const bundled = [program, launcher, library, stock].flatMap(({ metafile }) => filesIn(metafile)).sort()
writeFileSync(join(outdir, 'THIRD-PARTY-NOTICES.txt'), noticesOf(bundled))
// For the test that compares the notices with it: it is not published.
writeFileSync(join(outdir, 'bundled.json'), `${JSON.stringify([...new Set(bundled)], null, 2)}\n`)

/** The source files that something is left of. */
function filesIn({ outputs }) {
  return Object.values(outputs).flatMap(({ inputs }) =>
    Object.keys(inputs).filter((file) => inputs[file].bytesInOutput > 0),
  )
}

/** What a source file exports. */
async function load(entryPoint) {
  const outfile = join(outdir, `${parse(entryPoint).name}.mjs`)
  const options = { entryPoints: [entryPoint], outfile, bundle: true, platform: 'node', format: 'esm' }
  await build({ ...options, logLevel: 'warning' })
  const exported = await import(pathToFileURL(resolve(outfile)).href)
  rmSync(outfile)
  return exported
}

/** The schema that editors check a settings file by, as `muster config schema` prints it. */
async function writeSettingsSchema(file) {
  const { makeSettingsSchema } = await load('src/config/settings-schema.ts')
  writeFileSync(file, `${JSON.stringify(makeSettingsSchema(), null, 2)}\n`)
}

/** Of the names and the contents of all files in a folder. */
function hashOf(folder) {
  const hash = createHash('sha256')
  for (const name of readdirSync(folder).sort())
    hash.update(`${name}\0`).update(readFileSync(join(folder, name)))
  return hash.digest('hex').slice(0, 16)
}

function isCurrent() {
  const built = join(outdir, 'muster.js')
  // What is written last: a build that was cut off lacks it.
  if (![built, join(outdir, 'bundled.json')].every((file) => existsSync(file))) return false
  const at = statSync(built).mtimeMs
  return ['src', '.build.mjs', '.tools', 'package.json', 'package-lock.json'].every(
    (path) => newest(path) <= at,
  )
}

function newest(path) {
  const { mtimeMs } = statSync(path)
  if (!statSync(path).isDirectory()) return mtimeMs
  return Math.max(mtimeMs, ...readdirSync(path).map((name) => newest(join(path, name))))
}
