// Which files of the program come together. esbuild puts files into one chunk only if exactly the same entry points need
// them: `muster query` was 87 chunks, and Node takes 0.4 ms to find and link each. So every entry point that needs a part
// of what the program itself needs is given the whole of it, and so it is with what nearly every command needs beyond that,
// and with what a query needs beyond both.
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { build } from 'esbuild'

/**
 * Builds with these options. `centers`: lists of files, each with what its files need beyond those before it as one chunk;
 * the first is an entry point, and is no part of its chunk. Entry points in `apart` stay as they are. `prepare` changes the
 * text of each source file. Which files come together is known when they have been read once: without packages, which lead
 * to none of them, and take most of the time.
 */
export async function buildFewChunks(options, centers, apart, prepare) {
  const together = { wholes: [], given: new Map() }
  const plugins = [...options.plugins, bringTogether(together, prepare)]
  const { metafile } = await build({
    ...options,
    plugins,
    write: false,
    metafile: true,
    packages: 'external',
    minify: false,
  })
  Object.assign(together, groupFiles(metafile, centers, apart))
  return build({ ...options, plugins })
}

/** The files of each whole, and for the path of each entry point the names of the wholes that it is given. */
function groupFiles({ inputs, outputs }, centers, apart) {
  const entries = Object.values(outputs).flatMap(({ entryPoint }) => entryPoint ?? [])
  const isOwn = (file) => file.startsWith('src/') || file.startsWith('builtin:')
  const wholes = []
  for (const [place, center] of centers.entries()) {
    const seen = new Set()
    for (const file of center) closureOf(file, inputs, seen)
    const needed = [...new Set([...(place === 0 ? [] : center), ...seen])].filter(isOwn)
    wholes.push(needed.filter((file) => wholes.every((before) => !before.includes(file))))
  }
  const given = new Map()
  for (const file of entries) {
    if (apart.includes(file) || !file.startsWith('src/')) continue
    const needed = new Set([file, ...closureOf(file, inputs)])
    const names = wholes.flatMap((whole, place) =>
      whole.some((each) => needed.has(each)) ? [nameOf(place)] : [],
    )
    if (names.length > 0) given.set(resolve(file), names)
  }
  return { wholes, given }
}

/** The plugin that gives entry points what `together` says by then. */
function bringTogether(together, prepare) {
  return {
    name: 'few chunks',
    setup({ onResolve, onLoad }) {
      onResolve({ filter: /^whole-\d+$/ }, ({ path }) => ({ path, namespace: 'whole' }))
      onLoad({ filter: /.*/, namespace: 'whole' }, ({ path }) => ({
        contents: together.wholes[Number(path.slice(6))].map(importOf).join(''),
        resolveDir: resolve('.'),
      }))
      onLoad({ filter: /\/src\/.*\.tsx?$/ }, ({ path }) => ({
        contents: `${prepare(readFileSync(path, 'utf8'), path)}\n${(together.given.get(path) ?? []).map(importOf).join('')}`,
        loader: path.endsWith('x') ? 'tsx' : 'ts',
      }))
    },
  }
}

function nameOf(place) {
  return `whole-${place}`
}

function importOf(file) {
  const path = file.startsWith('src/') ? resolve(file) : file.replace(/^builtin:/, '')
  return `import ${JSON.stringify(path)}\n`
}

/** What a file imports at once, and what that does: without the file itself. */
function closureOf(file, inputs, seen = new Set()) {
  for (const { path, kind, external } of inputs[file]?.imports ?? []) {
    if (external || kind === 'dynamic-import' || seen.has(path) || !inputs[path]) continue
    seen.add(path)
    closureOf(path, inputs, seen)
  }
  return seen
}
