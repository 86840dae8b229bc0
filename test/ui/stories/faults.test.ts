import { describe, expect, test } from 'vitest'
import { machine } from '../../commands/program.ts'
import { open, sizes } from '../terminal.ts'
import { fleet, hides, idIn, options, payments, shows, web } from './story.ts'

const describing = { operation: 'DescribeInstances' } as const

describe.each(sizes)('at $name', ({ size }) => {
  test('what could not be read is named at the bottom, and ! groups it by cause with the next step', async () => {
    const on = await machine({
      ...options,
      faults: [
        { ...describing, account: payments, fault: 'denied' },
        { ...describing, account: web, region: fleet.regions[0]?.name ?? '', fault: 'html' },
      ],
    })
    const run = open(on, size)
    const lines = await shows(run, '3 missing, press !')
    expect(lines.at(-2)).toContain('3 of 6 scopes')
    await run.press('!')
    await shows(run, '✕ UnauthorizedOperation: no permission for ec2:DescribeInstances')
    await shows(run, 'next   Run muster policy --kind instances in a shell and ask for')
    await shows(run, /2 scopes: acme-prod-payments in [a-z]{2}-/)
    await shows(run, 'MalformedAnswer')
    await run.press('esc')
    await shows(run, 'Instances(')
  })

  test('a reading that fails keeps the rows that were there, and says so', async () => {
    const again = { from: 3, to: 9999 }
    const on = await machine({
      ...options,
      faults: [{ ...describing, account: payments, fault: 'server-error', nth: again }],
    })
    expect((await on.muster('sync')).code).toBe(0)
    const run = open(on, size)
    await shows(run, '[60]')
    await run.press('ctrl-r')
    const lines = await shows(run, '2 not read again')
    expect(lines[0]).toContain('[60]')
    expect(lines.filter((line) => idIn(line)).length).toBeGreaterThan(10)
  })

  test('if no profile has access, the reason stands in place of the rows, and nothing looks like an empty account', async () => {
    const on = await machine({ ...options, faults: [{ operation: 'GetCallerIdentity', fault: 'denied' }] })
    const run = open(on, size)
    await shows(run, 'Nothing could be read yet.')
    await hides(run, /None in the/)
    await run.press('!')
    await shows(run, '  next ')
  })

  test('faults that the settings accept are named and do not count as missing', async () => {
    const on = await machine(
      { ...options, faults: [{ ...describing, account: payments, fault: 'denied' }] },
      { accepted: [{ scope: 'acme-prod-payments/*', fault: 'denied' }] },
    )
    const run = open(on, size)
    await shows(run, '2 failed as accepted')
    await hides(run, 'missing')
    await run.press('!')
    await shows(run, 'Accepted in the settings')
  })
})
