// A package that is loaded when its function is first called. string-width makes a segmenter as it is loaded, for which
// V8 reads tables of ICU: 20 ms of each start, and text in ASCII needs none of it.

/** The plugin that loads a package lazily, of which the program uses the default export alone, a function. */
export function lazily(name) {
  return {
    name: `${name}, lazily`,
    setup({ onResolve, onLoad }) {
      onResolve({ filter: new RegExp(`^${name}$`) }, ({ kind, resolveDir }) =>
        kind === 'import-statement' ? { path: name, namespace: 'lazily', pluginData: resolveDir } : undefined,
      )
      onLoad({ filter: new RegExp(`^${name}$`), namespace: 'lazily' }, ({ pluginData }) => ({
        contents: `export default (...words) => require(${JSON.stringify(name)}).default(...words)`,
        resolveDir: pluginData,
      }))
    },
  }
}
