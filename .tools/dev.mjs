// `npm run dev [-- ARGUMENTS]`: runs the program, and builds and starts it again whenever a source changes. It ends with
// the program: the screen has the keyboard, and ctrl-c and q go there.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { watch } from 'node:fs'
import { constants } from 'node:os'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
/** Null until a build has succeeded. */
let running = null
let changed = Promise.withResolvers()

for (const folder of ['src', 'queries', '.tools'])
  watch(new URL(`../${folder}`, import.meta.url), { recursive: true }, () => changed.resolve())
// A terminal sends ctrl-c to this process too, when no screen is shown: the program decides.
process.on('SIGINT', () => {
  if (running === null) process.exit(130)
})
process.on('SIGTERM', () => {
  running?.kill('SIGTERM')
  process.exit(143)
})

for (;;) {
  changed = Promise.withResolvers()
  if (await isBuilt()) await restart()
  else process.stderr.write('muster is not built: it goes on with the next change.\n')
  await changed.promise
  // An editor writes several files in a row.
  await pause(100)
}

async function isBuilt() {
  const build = spawn(process.execPath, ['.build.mjs', '--if-changed'], { cwd: root, stdio: 'inherit' })
  const [code] = await once(build, 'exit')
  return code === 0
}

async function restart() {
  if (running !== null) {
    const before = running
    running = null
    before.kill('SIGTERM')
    if (before.exitCode === null && before.signalCode === null) await once(before, 'exit')
  }
  const started = spawn(process.execPath, ['dist/muster.js', ...process.argv.slice(2)], {
    cwd: root,
    stdio: 'inherit',
  })
  running = started
  started.once('exit', (code, signal) => {
    // As a shell says it of a program that a signal ended.
    if (running === started) process.exit(code ?? 128 + constants.signals[signal])
  })
}
