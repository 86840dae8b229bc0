import { expect, test } from 'vitest'
import { machine, program } from '../../commands/program.ts'
import { openWith, sizes } from '../terminal.ts'
import { hides, options, shows } from './story.ts'

/** An expression that nobody sees the end of: for each of 40 elements it looks at 40, and so on, 40^9 in all. */
const endless = Array.from({ length: 9 }).reduce<string>(
  (inner) => `length(map(&${inner}, \`[${Array.from({ length: 40 }, (_, number) => number)}]\`))`,
  '@',
)

// It is left if another question is answered: the reader lists one after the other.
test.each(sizes)('esc leaves a question that never ends, at $name', async ({ size }) => {
  const on = await machine(options)
  expect((await on.muster('sync')).code).toBe(0)
  const run = openWith(on, size, {}, process.execPath, [program, '--offline'])
  await shows(run, '[60]')
  await run.press(':')
  run.type(`query ${endless}`)
  await run.press('enter')
  await shows(run, 'esc leaves it')
  await run.press('esc')
  await hides(run, 'esc leaves it')
  await shows(run, '[60]')
  await run.press(':')
  run.type('query by-state')
  await run.press('enter')
  await shows(run, 'running')
  await shows(run, /by-state\(.*\)\[\d\]/)
  await run.press('q', 'y')
  expect((await run.ended).code).toBe(0)
})
