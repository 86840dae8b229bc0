import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { build, type Plugin } from 'esbuild'

const root = new URL('../..', import.meta.url).pathname

/** What threads are started with that tests start often. */
const entryPoints = [
  'src/sync/writer-thread.ts',
  'src/ui/threads/export-thread.ts',
  'src/ui/threads/reader-thread.ts',
  'src/ui/threads/sync-thread.ts',
]

/** Where they are in the run's temporary directory; strip-types.mjs reads them there. */
const folderName = 'threads'

/**
 * Bundles each thread's sources into one file: a thread that finds and reads them one by one takes twice as long to start,
 * and tests start hundreds of them. Each source still finds what lies beside it.
 */
export async function bundleThreads(directory: string): Promise<void> {
  await build({
    absWorkingDir: root,
    entryPoints,
    outdir: join(directory, folderName),
    outbase: 'src',
    bundle: true,
    platform: 'node',
    mainFields: ['module', 'main'],
    format: 'esm',
    target: 'node24',
    jsx: 'automatic',
    minify: true,
    external: ['better-sqlite3'],
    banner: { js: "const require = process.getBuiltinModule('node:module').createRequire(import.meta.url);" },
    plugins: [ownUrls],
    logLevel: 'warning',
  })
}

const ownUrls: Plugin = {
  name: 'own URLs',
  setup({ onLoad }) {
    onLoad({ filter: /\/src\/.*\.tsx?$/ }, ({ path }) => ({
      contents: readFileSync(path, 'utf8').replaceAll(
        'import.meta.url',
        JSON.stringify(pathToFileURL(path).href),
      ),
      loader: path.endsWith('x') ? 'tsx' : 'ts',
    }))
  },
}
