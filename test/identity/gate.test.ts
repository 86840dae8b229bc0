import { expect, test } from 'vitest'
import { makeGate } from '../../src/identity/sso/gate.ts'
import { never } from '../aws/wire.ts'

test('in no second are there more turns than the limit, and not many fewer', async () => {
  const gate = makeGate(50)
  const at: number[] = []
  await Promise.all(
    Array.from({ length: 150 }, async () => {
      expect(await gate.waitForTurn(never)).toBe(true)
      at.push(performance.now())
    }),
  )
  for (const from of at)
    expect(at.filter((each) => each >= from && each < from + 1000).length).toBeLessThanOrEqual(50)
  expect(at[24]).toBeLessThan((at[0] ?? 0) + 100)
  expect(at.length / ((at.at(-1) ?? 0) - (at[0] ?? 0))).toBeGreaterThan(0.025)
})

test('a moment in which nothing could run is not followed by a burst', async () => {
  const gate = makeGate(20)
  const at: number[] = []
  const turns = Array.from({ length: 20 }, async () => {
    await gate.waitForTurn(never)
    at.push(performance.now())
  })
  await Promise.resolve()
  await new Promise((resolve) => setTimeout(resolve, 20))
  const end = performance.now() + 400
  while (performance.now() < end);
  await Promise.all(turns)
  const late = at.slice(11)
  for (const [index, each] of late.entries())
    if (index > 0) expect(each - (late[index - 1] ?? 0)).toBeGreaterThan(50)
})

test('those that wait can be sent back at once, held up, and interrupted alone', async () => {
  const gate = makeGate(4)
  await Promise.all([gate.waitForTurn(never), gate.waitForTurn(never)])
  const stop = new AbortController()
  const waiting = [gate.waitForTurn(never), gate.waitForTurn(stop.signal), gate.waitForTurn(never)]
  stop.abort(new Error('stopped'))
  await expect(waiting[1]).rejects.toThrow('stopped')
  gate.sendBack()
  expect(await Promise.all([waiting[0], waiting[2]])).toEqual([false, false])
  gate.hold(500)
  const from = performance.now()
  expect(await gate.waitForTurn(never)).toBe(true)
  expect(performance.now() - from).toBeGreaterThan(499)
  await expect(gate.waitForTurn(stop.signal)).rejects.toThrow('stopped')
})
