// Node's own modules, each loaded when its first function is called. An import of one makes Node read every member of it:
// of node:fs the streams, of node:util the decoders, 4 ms each; of node:http a whole client for WebSockets, 30 ms;
// node:crypto, which few commands need, takes 5.
import { readFileSync } from 'node:fs'
import { isBuiltin } from 'node:module'

/** The plugin that loads what src/ imports of Node lazily: functions when they are called, all else at once. */
export const lazyBuiltins = {
  name: 'lazy builtins',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^node:/ }, ({ path, kind, importer, namespace }) => {
      const isOwn =
        namespace === 'whole' || (importer.includes('/src/') && !importer.includes('/node_modules/'))
      return kind === 'import-statement' && isOwn ? { path, namespace: 'builtin' } : undefined
    })
    onLoad({ filter: /.*/, namespace: 'builtin' }, async ({ path }) => ({
      contents: wrap(path, await import(path)),
    }))
  },
}

/** The plugin that gives packages Node's modules as `require` does, of which no member is read but those that they use. */
export const builtinsOfPackages = {
  name: 'builtins of packages',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^(?:node:)?[a-z\d_/]+$/ }, ({ path, kind, importer }) =>
      kind === 'import-statement' && importer.includes('/node_modules/') && isBuiltin(path)
        ? { path: `${path} for ${importer.split('/node_modules/').at(-1)}`, namespace: 'of-packages' }
        : undefined,
    )
    // Each file has its own: one that several share would be a file of the bundle.
    onLoad({ filter: /.*/, namespace: 'of-packages' }, async ({ path: whole }) => {
      const [path] = whole.split(' for ')
      const names = Object.keys(await import(path)).filter((name) => name !== 'default')
      const members = names.map((name) => `export const ${name} = /* @__PURE__ */ (() => all.${name})()`)
      const all = `process.getBuiltinModule(${JSON.stringify(path)})`
      return { contents: [`const all = ${all}`, 'export default all', ...members].join('\n') }
    })
    onLoad({ filter: /\/@smithy\/.*\/(?:node-http-handler|getInstanceMetadataRegion)\.js$/ }, ({ path }) => {
      const source = readFileSync(path, 'utf8')
      if (!source.includes(awaited)) throw new Error(`${path} no longer holds ${awaited}`)
      return { contents: source.replaceAll(awaited, 'process.getBuiltinModule("node:http")') }
    })
  },
}

const awaited = 'await import("node:http")'

/** Classes that few starts make anything of, of modules that nothing else loads where both streams are files. */
const lazyClasses = ['SocketAddress']

/** What stands for a class until something is made of it, or one of its members is read. */
function standIn(name) {
  return `/* @__PURE__ */ (() => new Proxy(function () {}, {
    construct: (_, words) => new (load().${name})(...words),
    get: (_, member) => load().${name}[member],
  }))()`
}

function wrap(path, members) {
  const exported = Object.entries(members).map(([name, value]) => {
    if (name === 'default') return 'export default /* @__PURE__ */ load()'
    if (lazyClasses.includes(name)) return `export const ${name} = ${standIn(name)}`
    const isLazy = typeof value === 'function' && /^[a-z]/.test(name)
    return isLazy
      ? `export const ${name} = (...words) => load().${name}(...words)`
      : `export const ${name} = /* @__PURE__ */ (() => load().${name})()`
  })
  const load = `let loaded\nconst load = () => (loaded ??= process.getBuiltinModule(${JSON.stringify(path)}))`
  return [load, ...exported].join('\n')
}
