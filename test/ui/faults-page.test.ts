import { describe, expect, test } from 'vitest'
import type { Fault, ScopeStatus } from '../../src/model.ts'
import { scopeKey } from '../../src/store/ledger.ts'
import { noFigures } from '../../src/sync/progress.ts'
import { drawFrame } from '../../src/ui/draw/frame.ts'
import { makePaint } from '../../src/ui/draw/style.ts'
import { makeFaultReport } from '../../src/ui/reader/fault-report.ts'
import { summariseCoverage } from '../../src/ui/reader/shown-rows.ts'
import type { FaultReport, Retry } from '../../src/ui/threads/fault-messages.ts'
import { driveKeys, now, screen } from './state.ts'

const denied: Fault = {
  class: 'denied',
  code: 'UnauthorizedOperation',
  message: `You are not authorized to perform this operation. User: ${'arn:'.repeat(20)}`,
  next: 'Ask for it.',
  action: 'ec2:DescribeInstances',
}
const expired: Fault = {
  class: 'credentials',
  code: 'SsoLoginExpired',
  message: 'sso-session empresa expired.',
  next: 'Run muster login --sso-session empresa.',
  login: '--sso-session empresa',
}
const regions = ['af-south-1', 'ap-east-1', 'ca-west-1', 'eu-south-2', 'il-central-1', 'mx-central-1']

function scope(profile: string, region: string, change: Partial<ScopeStatus> = {}): ScopeStatus {
  return {
    scope: { profile, account: null, region, kind: 'instances' },
    accountName: null,
    state: 'failed',
    syncedAt: null,
    rows: 0,
    fault: denied,
    oldestAt: null,
    readBy: null,
    others: [],
    accepted: false,
    ...change,
  }
}

/** The page of faults of a fleet on a screen of some size. */
function openFaults(statuses: readonly ScopeStatus[], size = [80, 24], retries: readonly Retry[] = []) {
  const ui = driveKeys(screen(...(size as [number, number])), [])
  ui.list([])
  ui.press('!')
  const send = (all: readonly ScopeStatus[], again: boolean, waiting = retries) => {
    const report: FaultReport = makeFaultReport({ statuses: all, retries: waiting })
    ui.send({ type: 'reader', message: { type: 'faults', again, report } })
  }
  send(statuses, false)
  return {
    ...ui,
    send,
    event: ui.send,
    lines: () =>
      drawFrame(ui.state(), makePaint(false)).map((line) => line.replaceAll(/\u001b\[\d+m/g, '').trimEnd()),
  }
}

describe('the page of faults', () => {
  test('folds a cause into one block: what is wrong, the next step, how many scopes, accounts and regions', () => {
    const accounts = Array.from({ length: 40 }, (_, index) => `acme-${index + 1}`)
    const ui = openFaults(accounts.flatMap((name) => regions.map((region) => scope(name, region))))
    expect(ui.lines().slice(2, 8)).toEqual([
      '✕ UnauthorizedOperation: no permission for ec2:DescribeInstances',
      '  next   Ask for it.',
      '  where  240 scopes: 40 accounts (acme-1, acme-2, acme-3 …) in 6 regions',
      '         (af-south-1, ap-east-1, ca-west-1 …)',
      '',
      '',
    ])
  })

  test('opens every scope of a cause with enter, by account, with the words of AWS; esc leads back', () => {
    const statuses = ['acme-dev', 'acme-prod'].flatMap((name) => regions.map((region) => scope(name, region)))
    const ui = openFaults([
      ...statuses,
      scope('other', 'eu-west-1', { fault: { ...denied, code: 'Throttled', action: 'ec2:X' } }),
    ])
    ui.press('enter')
    const text = ui.lines().join('\n')
    expect(text).toMatch(/AWS says +You are not authorized/)
    expect(text).toContain('12 scopes in 2 accounts and 6 regions')
    for (const name of ['acme-dev', 'acme-prod'])
      expect(
        ui.lines().some((line) => line.trimStart().startsWith(`${name} `) && line.includes(regions[0] ?? '')),
      ).toBe(true)
    for (const region of regions) expect(text.match(new RegExp(region, 'g'))).toHaveLength(2)
    expect(text).not.toContain('other')
    // It is live, too.
    ui.send(statuses.slice(0, 3), true)
    expect(ui.lines().join('\n')).toContain('3 scopes in 1 account and 3 regions')
    ui.send([], true)
    expect(ui.lines()[2]).toBe('Nothing of this cause is left.')
    ui.press('esc')
    expect(ui.lines()[0]).toContain(' Faults ')
  })

  test('says “all regions” of accounts whose regions nobody knows yet, and counts none for them', () => {
    const whole = (name: string) => {
      const status = scope(name, '')
      return { ...status, scope: { ...status.scope, region: null } }
    }
    const ui = openFaults([whole('acme-1'), whole('acme-2')])
    expect(ui.lines()[4]).toBe('  where  2 scopes: acme-1, acme-2 in all regions')
    ui.send([...regions.map((region) => scope('acme-1', region)), whole('acme-2')], true)
    expect(ui.lines().slice(4, 6)).toEqual([
      '  where  7 scopes: acme-1, acme-2 in 6 regions (af-south-1, ap-east-1, ca-west-1',
      '         …), 1 account in all regions',
    ])
    ui.press('enter')
    const text = ui.lines().join('\n')
    expect(text).toContain('7 scopes in 2 accounts and 6 regions')
    expect(text).toMatch(/acme-2 +all regions/)
  })

  test('names what is tried again, why and how often, with the time until then, which goes by', () => {
    const waits = ['eu-west-1', 'us-east-1'].map((region) =>
      scope('acme-web', region, { state: 'reading', fault: null }),
    )
    const retries = waits.map(
      ({ scope: own }, index): Retry => ({
        key: scopeKey(own),
        throttled: true,
        until: now + (index === 0 ? 14_000 : 20_000),
        tries: index === 0 ? 4 : 2,
        throttles: index === 0 ? 4 : 2,
      }),
    )
    const ui = openFaults(waits, [80, 24], retries)
    ui.event({ type: 'sync-reported', progress: noFigures, ended: false, changes: 0, error: null })
    ui.send(waits, true, retries)
    const [head, next] = ui.lines().slice(2)
    expect(head).toBe('◐ acme-web: eu-west-1, us-east-1')
    expect(next).toBe('  next  tried again in 14s: AWS throttles it, so far 4 times')
    ui.event({ type: 'ticked', now: now + 5000 })
    expect(ui.lines()[3]).toContain('tried again in 9s')
    ui.event({ type: 'ticked', now: now + 13_500 })
    expect(ui.lines()[3]).toContain('tried again now')
    ui.send(waits, true, [{ ...(retries[0] as Retry), throttled: false, until: now + 15_000, tries: 1 }])
    expect(ui.lines()[3]).toContain('AWS or the network failed, so far once')
  })

  test('lists what is being read now, and counts as missing only what failed', () => {
    const unread = scope('dev', 'eu-west-1', { state: 'never', fault: null })
    const ui = openFaults([scope('prod', 'eu-west-1'), unread])
    expect(ui.lines().join('\n')).toContain(
      '✕ never synced\n  next   Press ctrl-r.\n  where  1 scope: dev in eu-west-1',
    )
    ui.event({ type: 'sync-reported', progress: noFigures, ended: false, changes: 0, error: null })
    ui.send([scope('prod', 'eu-west-1'), unread], true)
    expect(ui.lines().join('\n')).toContain('◐ 1 being read now\n  where  1 scope: dev in eu-west-1')
    expect(ui.lines().join('\n')).not.toContain('never')
  })

  test('has two columns on a wide screen, and fits the smallest', () => {
    const codes = ['A', 'B', 'C', 'D', 'E', 'F']
    const statuses = codes.map((code) =>
      scope('acme', 'eu-west-1', { fault: { ...denied, code, action: `ec2:${code}` } }),
    )
    const wide = openFaults(statuses, [200, 50]).lines()
    expect(wide.some((line) => /✕ A: .* ✕ D: /.test(line))).toBe(true)
    const small = openFaults(statuses, [40, 10])
    small.press('G')
    expect(small.lines()[0]).toMatch(/Faults \d+\/\d+/)
    for (const line of small.lines()) expect(line.length).toBeLessThanOrEqual(40)
  })

  test('says in a sentence that nothing is missing', () => {
    expect(openFaults([]).lines()[2]).toBe('Everything that is selected could be read.')
  })

  test('is one line for what one login fixes, with its extent and the key', () => {
    const statuses = ['a', 'b', 'c', 'd', 'e'].map((name) => scope(name, 'eu-west-1', { fault: expired }))
    expect(openFaults(statuses).lines().slice(2, 5)).toEqual([
      '✕ sso-session empresa expired: 5 accounts; press L',
      '  next   Press L and choose empresa.',
      '  where  5 scopes: 5 accounts (a, b, c …) in eu-west-1',
    ])
    expect(summariseCoverage(statuses).worst?.cause).toBe('sso-session empresa expired: 5 accounts; press L')
  })

  test('is in the line at the bottom the account and what it must not do, without the words of AWS', () => {
    const one = [scope('acme-security', 'eu-west-1'), scope('acme-security', 'us-east-1')]
    const causeOf = (statuses: readonly ScopeStatus[]) => summariseCoverage(statuses).worst?.cause
    expect(causeOf(one)).toBe('acme-security: no permission for ec2:DescribeInstances')
    expect(causeOf([...one, scope('acme-dev', 'us-east-1')])).toBe(
      '2 accounts: no permission for ec2:DescribeInstances',
    )
  })

  test('that arrives after something else was opened does not replace it', () => {
    const ui = driveKeys(screen(), [])
    const report = makeFaultReport({ statuses: [], retries: [] })
    ui.press('!', 'P')
    ui.send({ type: 'reader', message: { type: 'faults', again: false, report } })
    expect(ui.state().overlay?.type).toBe('picker')
  })

  test('is as new as the table under it, keeps its place, and stays closed once it was left', () => {
    const many = Array.from({ length: 90 }, (_, index) =>
      scope('acme', 'eu-west-1', {
        fault: { ...denied, code: `Code${index}`, action: 'ec2:X', next: `Ask ${index}.` },
      }),
    )
    const ui = openFaults(many, [80, 24])
    ui.press('G', 'ctrl-b', 'ctrl-b')
    const { top } = ui.state().overlay as { top: number }
    expect(top).toBeGreaterThan(100)
    const before = ui.effects.length
    ui.list([1, 2])
    expect(ui.effects.slice(before)).toContainEqual({
      type: 'reader',
      message: { type: 'faults', again: true },
    })
    ui.send(
      [...many, scope('acme', 'eu-west-9', { fault: { ...denied, code: 'OneMore', next: 'New.' } })],
      true,
    )
    expect(ui.state().overlay).toMatchObject({ type: 'text', top })
    expect(JSON.stringify(ui.state().overlay)).toContain('OneMore')
    ui.press('esc')
    ui.send(many, true)
    expect(ui.state().overlay).toBeNull()
  })
})
