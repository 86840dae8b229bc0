import { describe, expect, test } from 'vitest'
import { machine } from './in-process.ts'

const adHoc = (accounts: readonly string[], ...more: string[]) => [
  '--role',
  'Inventory',
  '--account',
  accounts.join(','),
  '--source-profile',
  'acme-management',
  ...more,
]

describe('--role', () => {
  test('reads accounts by the name of a role, without a word in ~/.aws', async () => {
    const { endpoint, muster } = await machine({ accounts: 4 })
    const accounts = endpoint.fleet.accounts.slice(1, 3).map(({ id }) => id)
    const query = ['query', 'Reservations[].Instances[].[AccountId, Profile]', '--output', 'json']
    const { code, out, err } = await muster(...query, ...adHoc(accounts, '--region', 'us-east-1'))
    expect(err).toMatch(/^2 of 2 scopes/)
    expect(code).toBe(0)
    const found = new Map(JSON.parse(out) as [string, string][])
    expect([...found.keys()].sort()).toEqual(accounts.toSorted())
    for (const [account, profile] of found) expect(profile).toBe(`Inventory@${account}`)

    const status = await muster('status', ...adHoc(accounts, '--region', 'us-east-1'))
    expect(status.out).toContain(`Inventory@${accounts[0]}`)
    expect(status.code).toBe(0)
    const live = await muster(...query, '--live', ...adHoc(accounts, '--region', 'us-east-1'))
    expect(JSON.parse(live.out)).toEqual(JSON.parse(out))
  })

  test('carries the external id and the duration', async () => {
    const { endpoint, muster } = await machine({ accounts: 10 })
    const guarded = endpoint.fleet.accounts.find(({ externalId }) => externalId !== null)
    const id = guarded?.id ?? ''
    const refused = await muster('whoami', ...adHoc([id]))
    expect(refused.code).toBe(3)
    const words = [
      'whoami',
      '--output',
      'json',
      ...adHoc([id], '--external-id', 'acme-inventory', '--duration', '7200'),
    ]
    const { code, out } = await muster(...words)
    expect(code).toBe(0)
    const [row] = JSON.parse(out) as { Expiry: string; Chain: string; Account: string }[]
    expect(row).toMatchObject({ Account: id, Chain: `Inventory@${id} ← acme-management` })
    expect(Date.parse(row?.Expiry ?? '') - Date.now()).toBeGreaterThan(7_000_000)
  })

  test('from a role lasts an hour: more is refused with STS’s sentence and the next step', async () => {
    const { endpoint, muster } = await machine({ accounts: 4 })
    const [, , target] = endpoint.fleet.accounts
    const words = [
      '--role',
      'Inventory',
      '--account',
      target?.id ?? '',
      '--source-profile',
      'acme-prod-payments',
    ]
    expect((await muster('whoami', ...words)).code).toBe(0)
    const { code, out } = await muster('whoami', '--output', 'json', ...words, '--duration', '7200')
    expect(out).toContain(
      'The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.',
    )
    expect(out).toContain(`to 3600 or take it out: a role that a role assumes lasts one hour at most.`)
    expect(code).toBe(3)
  })

  test('an account that refuses the role fails alone', async () => {
    const { endpoint, muster } = await machine({ accounts: 4 })
    const id = endpoint.fleet.accounts[1]?.id ?? ''
    const { code, err } = await muster('sync', ...adHoc([id, '999999999999'], '--region', 'us-east-1'))
    expect(err).toMatch(/1 of 2 scopes, 1 missing/)
    expect(err).toMatch(/Inventory@999999999999\/us-east-1 AccessDenied: /)
    expect(code).toBe(3)
  })

  const one = '111122223333'
  test.each<[string, readonly string[], RegExp]>([
    [
      'without an account',
      ['--role', 'R', '--source-profile', 'acme-management'],
      /add --account 111122223333/,
    ],
    ['with a pattern', adHoc(['1111*']), /'1111\*' has no 12 digits, and patterns match nothing here/],
    ['with an account’s name', adHoc([one, 'prod']), /'prod' has no 12 digits/],
    ['without a source', ['--role', 'R', '--account', one], /add --source-profile NAME/],
    [
      'with a mistyped source',
      ['--role', 'R', '--account', one, '--source-profile', 'acme-managment'],
      /did you mean 'acme-management'/,
    ],
    ['with a profile', adHoc([one], '--profile', 'x'), /give --source-profile instead of --profile/],
    [
      'with an ARN',
      ['--role', 'arn:aws:iam::1:role/R', '--account', one, '--source-profile', 'x'],
      /takes the name of a role/,
    ],
    [
      'with a short duration',
      adHoc([one], '--duration', '60'),
      /--duration takes a whole number from 900 to 43200/,
    ],
    [
      'that is missing',
      ['--source-profile', 'x'],
      /--source-profile is about assuming a role: add --role NAME/,
    ],
    ['that is missing, too', ['--external-id', 'x'], /--external-id is about assuming a role/],
  ])('%s is a usage error, before any call', async (_, words, expected) => {
    const { endpoint, muster } = await machine()
    const { code, err } = await muster('whoami', ...words)
    expect(err).toMatch(expected)
    expect(code).toBe(2)
    expect(endpoint.countRequests()).toBe(0)
  })
})
