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

function wrap(path, members) {
  const load = `process.getBuiltinModule(${JSON.stringify(path)})`
  const exported = Object.entries(members).map(([name, value]) =>
    name !== 'default' && typeof value === 'function' && /^[a-z]/.test(name)
      ? `let _${name}\nexport const ${name} = (...words) => (_${name} ??= ${load}.${name})(...words)`
      : `export ${name === 'default' ? 'default' : `const ${name} =`} /* @__PURE__ */ (() => ${load}${name === 'default' ? '' : `.${name}`})()`,
  )
  return exported.join('\n')
}
