import { expect, test } from 'vitest'
import { type GateClock, makeGate } from '../../src/identity/sso/gate.ts'
import { never } from '../aws/wire.ts'

test('in no second are there more turns than the limit, and not many fewer', async () => {
  const clock = makeTestClock()
  const gate = makeGate(50, clock)
  const at: number[] = []
  const turns = Array.from({ length: 150 }, async () => {
    expect(await gate.waitForTurn(never)).toBe(true)
    at.push(clock.now())
  })
  await clock.runAll()
  await Promise.all(turns)
  for (const from of at)
    expect(at.filter((each) => each >= from && each < from + 1000).length).toBeLessThanOrEqual(50)
  expect(at[24]).toBe(at[0])
  expect(at.length / ((at.at(-1) ?? 0) - (at[0] ?? 0))).toBeGreaterThan(0.04)
})

test('a moment in which nothing could run is not followed by a burst', async () => {
  const clock = makeTestClock()
  const gate = makeGate(20, clock)
  const at: number[] = []
  const turns = Array.from({ length: 20 }, async () => {
    await gate.waitForTurn(never)
    at.push(clock.now())
  })
  clock.delayNext(400)
  await clock.runAll()
  await Promise.all(turns)
  const late = at.slice(11)
  for (const [index, each] of late.entries())
    if (index > 0) expect(each - (late[index - 1] ?? 0)).toBeGreaterThan(50)
})

test('those that wait can be sent back at once, held up, and interrupted alone', async () => {
  const clock = makeTestClock()
  const gate = makeGate(4, clock)
  await Promise.all([gate.waitForTurn(never), gate.waitForTurn(never)])
  const stop = new AbortController()
  const waiting = [gate.waitForTurn(never), gate.waitForTurn(stop.signal), gate.waitForTurn(never)]
  stop.abort(new Error('stopped'))
  await expect(waiting[1]).rejects.toThrow('stopped')
  gate.sendBack()
  expect(await Promise.all([waiting[0], waiting[2]])).toEqual([false, false])
  gate.hold(500)
  const from = clock.now()
  const held = gate.waitForTurn(never)
  await clock.runAll()
  expect(await held).toBe(true)
  expect(clock.now() - from).toBeGreaterThanOrEqual(500)
  await expect(gate.waitForTurn(stop.signal)).rejects.toThrow('stopped')
})

/** Time that passes only when something waits for it. */
function makeTestClock(): GateClock & { delayNext(ms: number): void; runAll(): Promise<void> } {
  let now = 1000
  let delay = 0
  const later: { readonly at: number; readonly work: () => void }[] = []
  return {
    now: () => now,
    runLater: (ms, work) => void later.push({ at: now + ms, work }),
    /** The next piece of work comes so much too late. */
    delayNext(ms) {
      delay = ms
    },
    async runAll() {
      await Promise.resolve()
      for (let next = later.shift(); next; next = later.shift()) {
        now = Math.max(now, next.at) + delay
        delay = 0
        next.work()
        // Those that got a turn note the time before it goes on.
        await new Promise(setImmediate)
      }
    },
  }
}
