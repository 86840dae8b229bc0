import { expect, test } from 'vitest'
import { machine, program } from '../../commands/program.ts'
import { soak } from '../soak.ts'
import { options } from './story.ts'

test('300 random keys, with sizes and syncs between them, end in the screen that a new start shows', async () => {
  const on = await machine(options)
  expect((await on.muster('sync')).code).toBe(0)
  const { home, env } = on
  const { wrong } = await soak({ program, home, env, seed: 1, keys: 300, look: 150, report: () => {} })
  expect(wrong).toEqual([])
})
