// Which files of the program come together. esbuild puts files into one chunk only if exactly the same entry points need
// them: `muster query` was 87 chunks, and Node takes 0.4 ms to find and link each. So every entry point that needs a part
// of what a query needs is given the whole of it.
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { build } from 'esbuild'

const whole = 'whole-query'

/** The plugin for a build with these options: `center` is the file whose imports come together; entry points in `apart` stay small. */
export async function fewChunks(options, center, apart) {
  const { metafile } = await build({ ...options, write: false, metafile: true })
  const { inputs, outputs } = metafile
  const files = new Set([...closureOf(center, inputs)].filter((file) => file.startsWith('src/')))
  const entries = Object.values(outputs).flatMap(({ entryPoint }) => entryPoint ?? [])
  const given = new Set(
    entries
      .filter((file) => !apart.includes(file) && !files.has(file))
      .filter((file) => [...closureOf(file, inputs)].some((each) => files.has(each)))
      .map((file) => resolve(file)),
  )
  return {
    name: 'few chunks',
    setup({ onResolve, onLoad }) {
      onResolve({ filter: new RegExp(`^${whole}$`) }, () => ({ path: whole, namespace: whole }))
      onLoad({ filter: /.*/, namespace: whole }, () => ({
        contents: [...files].map((file) => `import ${JSON.stringify(resolve(file))}\n`).join(''),
        resolveDir: resolve('.'),
      }))
      onLoad({ filter: /\.tsx?$/ }, ({ path }) =>
        given.has(path)
          ? {
              contents: `${readFileSync(path, 'utf8')}\nimport '${whole}'\n`,
              loader: path.endsWith('x') ? 'tsx' : 'ts',
            }
          : undefined,
      )
    },
  }
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
