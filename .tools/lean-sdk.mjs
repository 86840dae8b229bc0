// Of EC2's client, muster needs the class of the client and the Describe commands. The package's index also brings the
// classes of 600 other commands, paginators, waiters, and an object with a getter for each of 9,000 names: to make them took
// two fifths of the time in which the client loads.
import { readdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const name = '@aws-sdk/client-ec2'
const modules = join(dirname(fileURLToPath(import.meta.resolve(name))), '../dist-es')

/** The plugin that gives importers whose path matches the client and its Describe commands alone. */
export function leanSdk(importers) {
  return {
    name: 'lean SDK',
    setup({ onResolve, onLoad }) {
      onResolve({ filter: new RegExp(`^${name}$`) }, ({ importer }) =>
        importers.test(importer) ? { path: name, namespace: 'lean', sideEffects: false } : undefined,
      )
      onLoad({ filter: /.*/, namespace: 'lean' }, () => {
        const commands = readdirSync(join(modules, 'commands')).filter((file) =>
          /^Describe\w+\.js$/.test(file),
        )
        const files = ['EC2Client.js', ...commands.map((file) => `commands/${file}`)]
        const contents = files
          .map((file) => `export * from ${JSON.stringify(join(modules, file))}\n`)
          .join('')
        return { contents, resolveDir: modules }
      })
    },
  }
}
