import { execFile } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { temporaryFolder } from '../helpers/temporary.ts'

const threads = fileURLToPath(new URL('../../src/store/sqlite-thread.ts', import.meta.url))

/** A program that ends threads while they load SQLite, each a little later than the one before. */
const program = `
  import { once } from 'node:events'
  import { startSqliteThread } from ${JSON.stringify(threads)}
  for (let round = 0; round < 40; round += 1) {
    const thread = startSqliteThread(new URL('./thread.ts', import.meta.url), 'a task')
    await once(thread, 'message')
    const until = performance.now() + (round % 20) / 10
    while (performance.now() < until);
    await thread.terminate()
  }
  console.log('40 threads have ended')`

const thread = `
  import { parentPort } from 'node:worker_threads'
  import { takeTask } from ${JSON.stringify(threads)}
  parentPort.postMessage('loading')
  takeTask()
  setInterval(() => {}, 1000)`

test('a thread that is ended while it loads SQLite does not take the program with it', async () => {
  const folder = temporaryFolder()
  const main = join(folder, 'main.ts')
  writeFileSync(main, program)
  writeFileSync(join(folder, 'thread.ts'), thread)
  const { stdout } = await promisify(execFile)(process.execPath, [main])
  expect(stdout).toBe('40 threads have ended\n')
})
