import { describe, expect, test } from 'vitest'
import { machine } from '../../commands/program.ts'
import { open, sizes } from '../terminal.ts'
import { options, shows, untilSynced } from './story.ts'

describe.each(sizes)('at $name', ({ size }) => {
  test(':explain says what is read to answer what is shown, of a table, a saved query and the ledger', async () => {
    const on = await machine(options)
    const run = open(on, size)
    await untilSynced(run)
    await run.press(':', ...'explain', 'enter')
    await shows(run, /^kind +instances$/)
    await shows(run, /^rows +all \d+ are visited$/)
    await shows(run, /^members +none: no document is read$/)
    await run.press('esc', ':', ...'query running', 'enter')
    await shows(run, /^── Instances › Instances: running\(/)
    await run.press(':', ...'explain', 'enter')
    await shows(run, /^rows +\d+ of \d+ are visited$/)
    await shows(run, "State == 'running'")
    await run.press('esc', ':', ...'scopes', 'enter')
    await shows(run, /› Scopes\(/)
    await run.press(':', ...'explain', 'enter')
    await shows(run, 'The table of scopes is read from the ledger')
    await run.press('esc', 'q', 'y')
    expect((await run.ended).code).toBe(0)
  })
})
