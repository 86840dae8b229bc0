// Yoga, which lays out what Ink draws. It fetches its WebAssembly from an address that holds it, and with the first call
// of fetch Node loads its whole HTTP client: 0.06 s of the 0.8 s of CPU time in which the screen starts. As for an engine
// without fetch it is decoded in place.
import { readFileSync } from 'node:fs'

const asking = '"function"!=typeof fetch'

/** The plugin that bundles Yoga as for an engine without fetch. */
export const yogaBinary = {
  name: 'Yoga',
  setup({ onLoad }) {
    onLoad({ filter: /\/yoga-wasm-base64-esm\.js$/ }, ({ path }) => {
      const source = readFileSync(path, 'utf8')
      if (source.split(asking).length !== 3)
        throw new Error(`${path} no longer asks twice for fetch by ${asking}`)
      return { contents: source.replaceAll(asking, 'true') }
    })
  },
}
