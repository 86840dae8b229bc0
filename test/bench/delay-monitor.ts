import { writeFileSync } from 'node:fs'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { isMainThread } from 'node:worker_threads'

/** Imported before a program: at each SIGUSR2 its main thread writes how long it was held up since the one before, in ms. */
const file = process.env.DELAY_FILE
if (isMainThread && file) {
  const delay = monitorEventLoopDelay({ resolution: 1 })
  delay.enable()
  process.on('SIGUSR2', () => {
    const at = [delay.percentile(50), delay.percentile(99), delay.max].map((ns) => ns / 1e6)
    writeFileSync(file, JSON.stringify(at))
    delay.reset()
  })
}
