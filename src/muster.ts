import { keepCompiled } from './compile-cache.ts'

// The launcher: refuses a Node that is too old before anything native is loaded (better-sqlite3 13 ends
// with a segmentation fault on Node 20), then starts the program.
const minimumNode = 22
const [major] = process.versions.node.split('.')

/** What the bundle holds, as a hash: the build puts it here. */
declare const MUSTER_BUILD: string

if (Number(major) < minimumNode) {
  process.stderr.write(
    `muster needs Node ${minimumNode} or newer and this is ${process.version}: install a newer Node.\n`,
  )
  process.exit(1)
} else {
  // A path that the compiler does not follow: the launcher stands beside the bundle, not in it.
  const main: string = './main.js'
  keepCompiled(process.env, MUSTER_BUILD)
  await import(main)
}
