import { describe, expect, test } from 'vitest'
import { makeFleet } from '../../src/demo/fleet.ts'
import { machine } from './in-process.ts'

const size = { accounts: 3, regions: 5, instances: 60 } as const
const fleet = makeFleet(size)
const enabled = fleet.regions.filter(({ optIn }) => optIn !== 'not-opted-in').map(({ name }) => name)
const [left = '', ...others] = enabled

describe('a word with ! takes out what it names', () => {
  test.each<[string, readonly string[], readonly string[]]>([
    ['of the regions that are enabled', ['--region', `*,!${left}`], others],
    ['alone, and leaves all others that are enabled', ['--region', `!${left}`], others],
    ['though the account has not enabled it', ['--region', '*,!me-south-1'], enabled],
    [
      'as a pattern',
      ['--region', '*', '--region', '!eu-*'],
      enabled.filter((name) => !name.startsWith('eu-')),
    ],
  ])('%s', async (_, words, regions) => {
    const { muster } = await machine(size)
    expect((await muster('sync', ...words)).code).toBe(0)
    expect(await regionsIn(muster)).toEqual(regions.toSorted())
  })

  test('in the settings as well', async () => {
    const { muster } = await machine(size, { regions: ['*', `!${left}`] })
    expect((await muster('sync')).code).toBe(0)
    expect(await regionsIn(muster)).toEqual(others.toSorted())
  })

  test.each(['--account', '--profile'])('of the accounts and profiles: %s', async (option) => {
    const { muster } = await machine(size)
    for (const words of [`!${fleet.accounts[0]?.name}`, `*,!${fleet.accounts[0]?.name}`]) {
      const { code, err } = await muster('sync', '--region', left, option, words)
      expect(err).toMatch(/^2 of 2 scopes/)
      expect(code).toBe(0)
    }
  })

  test.each([
    ['--region', '*,!eu-wset-1', /eu-wset-1/],
    ['--profile', '*,!acme-prod-wbe', /There is no profile 'acme-prod-wbe'/],
    ['--account', '!acme-prod-wbe', /acme-prod-wbe/],
  ])('and is refused if it names nothing: %s %s', async (option, words, message) => {
    const { muster } = await machine(size)
    const { code, err } = await muster('sync', '--region', left, option, words)
    expect(err).toMatch(message)
    expect(code).toBe(2)
  })
})

async function regionsIn(
  muster: (...args: string[]) => Promise<{ readonly out: string }>,
): Promise<string[]> {
  const { out } = await muster('status', '--output', 'json')
  const scopes = JSON.parse(out) as { Region: string; State: string }[]
  return [...new Set(scopes.filter(({ State }) => State === 'fresh').map(({ Region }) => Region))].sort()
}
