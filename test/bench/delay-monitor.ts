import { writeFileSync } from 'node:fs'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { isMainThread } from 'node:worker_threads'

/**
 * Imported before a program: from one SIGUSR2 to the next its main thread looks how long it is held up, and then writes it, in
 * ms. To look costs CPU: an idle program must not.
 */
const file = process.env.DELAY_FILE
if (isMainThread && file) {
  const delay = monitorEventLoopDelay({ resolution: 1 })
  let isOn = false
  process.on('SIGUSR2', () => {
    isOn = !isOn
    if (isOn) {
      delay.reset()
      delay.enable()
      return
    }
    delay.disable()
    const at = [delay.percentile(50), delay.percentile(99), delay.max].map((ns) => ns / 1e6)
    writeFileSync(file, JSON.stringify(at))
  })
}
