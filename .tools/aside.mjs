// A package that few runs need, in a file of its own beside the bundle, which is read when its function is first called:
// what stands in the bundle is read at every start.
import { build } from 'esbuild'

/**
 * Writes the package's file, and gives the plugin for those that import it, with what went into the file. `functions`: the
 * names that the program uses of it.
 */
export async function aside(name, functions, outdir) {
  const file = `stock-${name}.cjs`
  const { metafile } = await build({
    entryPoints: [name],
    outfile: `${outdir}/${file}`,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node22',
    minify: true,
    legalComments: 'none',
    metafile: true,
    logLevel: 'warning',
  })
  const wrapped = functions.map(
    (member) => `export const ${member} = (...words) => require('./${file}').${member}(...words)`,
  )
  const plugin = {
    name: `${name}, aside`,
    setup({ onResolve, onLoad }) {
      onResolve({ filter: new RegExp(`^${name}$`) }, ({ kind }) =>
        kind === 'import-statement' ? { path: name, namespace: 'aside' } : undefined,
      )
      onResolve({ filter: /^\.\//, namespace: 'aside' }, ({ path }) => ({ path, external: true }))
      onLoad({ filter: new RegExp(`^${name}$`), namespace: 'aside' }, () => ({
        contents: wrapped.join('\n'),
      }))
    },
  }
  return { plugin, metafile }
}
