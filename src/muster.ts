import { keepCompiled } from './compile-cache.ts'

// The launcher: refuses a Node that is too old before anything native is loaded (better-sqlite3 13 ends
// with a segmentation fault on Node 20; before 22.2, zlib has no crc32), then starts the program.
const [leastMajor, leastMinor] = [22, 2]
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)

/** What the bundle holds, as a hash: the build puts it here. */
declare const MUSTER_BUILD: string

if (major < leastMajor || (major === leastMajor && minor < leastMinor)) {
  process.stderr.write(
    `muster needs Node ${leastMajor}.${leastMinor} or newer and this is ${process.version}: install a newer Node.\n`,
  )
  process.exit(1)
} else {
  // A path that the compiler does not follow: the launcher stands beside the bundle, not in it.
  const main: string = './main.js'
  keepCompiled(process.env, MUSTER_BUILD)
  await import(main)
}
