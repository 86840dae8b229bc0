// better-sqlite3 in the bundle: its native code stays in the installed package, and its JavaScript comes with the
// program. In 13 files of its own it takes 3 ms of each start. What few programs use of it runs when it is first called.
import { readFileSync } from 'node:fs'

const loading = "createRequire(import.meta.url)('better-sqlite3')"

/** The plugin that bundles better-sqlite3, which looks for its native code where the package is installed. */
export const sqliteBinding = {
  name: 'SQLite',
  setup({ onLoad }) {
    onLoad({ filter: /\/src\/sqlite\.ts$/ }, ({ path }) => {
      const source = readFileSync(path, 'utf8')
      if (!source.includes(loading)) throw new Error(`${path} no longer holds ${loading}`)
      return { contents: source.replace(loading, "require('better-sqlite3')"), loader: 'ts' }
    })
    onLoad({ filter: /\/better-sqlite3\/lib\/database\.js$/ }, ({ path }) => ({
      contents: loadRareMethodsLate(readFileSync(path, 'utf8')),
    }))
    onLoad({ filter: /\/better-sqlite3\/lib\/binding\.js$/ }, ({ path }) => ({
      contents: `const __dirname = require('path').join(require.resolve('better-sqlite3/package.json'), '../lib')\n${readFileSync(path, 'utf8')}`,
    }))
  },
}

/** V8 would compile each of them at every start, for a method that is not called. */
function loadRareMethodsLate(source) {
  const rare =
    /= (require\('\.\/methods\/(?:transaction|explain|backup|serialize|aggregate|table|inspect)'\));/g
  const found = source.match(rare)?.length ?? 0
  if (found !== 7) throw new Error(`better-sqlite3 assigns ${found} of the 7 rare methods as it did`)
  return source.replaceAll(rare, '= function (...words) { return $1.apply(this, words) };')
}
