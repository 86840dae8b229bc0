// better-sqlite3 in the bundle: its native code stays in the installed package, and its JavaScript comes with the
// program. In 13 files of its own it takes 3 ms of each start.
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
      contents: leaveOutMethods(readFileSync(path, 'utf8')),
    }))
    onLoad({ filter: /\/better-sqlite3\/lib\/binding\.js$/ }, ({ path }) => ({
      contents: `const __dirname = require('path').join(require.resolve('better-sqlite3/package.json'), '../lib')\n${readFileSync(path, 'utf8')}`,
    }))
  },
}

/** Methods of a database that muster does not call. */
export const unusedMethods = ['explain', 'backup', 'serialize', 'aggregate', 'table', 'inspect']

/** V8 would compile each of them at every start. Transactions are for what writes. */
function leaveOutMethods(source) {
  const methods = /Database\.prototype\S+ = require\('\.\/methods\/(\w+)'\);/g
  const found = []
  const remaining = source.replaceAll(methods, (line, name) => {
    found.push(name)
    if (unusedMethods.includes(name)) return ''
    if (name !== 'transaction') return line
    return `Database.prototype.${name} = function (work) { return require('./methods/${name}').call(this, work) };`
  })
  const missing = [...unusedMethods, 'transaction'].filter((name) => !found.includes(name))
  if (missing.length > 0) throw new Error(`better-sqlite3 no longer assigns ${missing.join(', ')} as it did`)
  return remaining
}
