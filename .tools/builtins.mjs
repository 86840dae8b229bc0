// Node's own modules, each loaded when its first function is called. An import of one makes Node read every member of it:
// of node:fs the streams, of node:util the decoders, 4 ms each; node:crypto, which few commands need, takes 5.

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
