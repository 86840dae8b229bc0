import { createHash } from 'node:crypto'
import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { openContext } from '../../src/app/open-context.ts'
import { type Args, parseOptions } from '../../src/app/options.ts'
import { rememberSelection } from '../../src/config/remembered.ts'
import { chooseOpening, findMarks, makeProfileItems, namesOfUsable } from '../../src/ui/opening.ts'
import { temporaryFolder } from '../helpers/temporary.ts'

const args: Args = parseOptions([], [])

/** A home with these profiles, each with keys. */
function homeOf(...names: readonly string[]): string {
  const home = temporaryFolder()
  mkdirSync(join(home, '.aws'))
  for (const name of names) addProfile(home, name)
  return home
}

function addProfile(home: string, name: string): void {
  const keys = 'aws_access_key_id = AKIA1\naws_secret_access_key = s\nregion = eu-west-1\n'
  appendFileSync(join(home, '.aws/config'), `[profile ${name}]\n${keys}`)
}

async function openAt(home: string, env: Readonly<Record<string, string>> = {}) {
  const io = { env, home, cwd: home, now: Date.now, err: () => {}, signal: new AbortController().signal }
  const context = await openContext(args, io as never)
  return { context, opening: chooseOpening(context, args, false) }
}

describe('at the next start', () => {
  test('all profiles are all of them again; those that came and went are named once', async () => {
    const home = homeOf('a', 'b')
    const { context } = await openAt(home)
    const keep = { profiles: ['*'], regions: ['eu-*'], known: [...namesOfUsable(context), 'gone'] }
    rememberSelection({ env: {}, home }, keep)
    addProfile(home, 'brand-new')
    const { opening } = await openAt(home)
    expect(opening).toMatchObject({ first: 'table', selection: { profiles: ['*'] } })
    expect(opening.notes).toEqual([
      'Profile gone was shown last time and is not in ~/.aws any more.',
      'Profile brand-new is new, and shown with the others.',
    ])
    expect(opening.remember).toEqual({ ...keep, known: ['a', 'b', 'brand-new'] })
    rememberSelection({ env: {}, home }, opening.remember ?? keep)
    expect((await openAt(home)).opening).toMatchObject({ notes: [], remember: null })
  })

  test('of chosen profiles the missing ones are named, and so are new ones', async () => {
    const home = homeOf('a', 'b', 'c')
    rememberSelection({ env: {}, home }, { profiles: ['a', 'gone'], regions: [], known: ['a', 'b', 'gone'] })
    const { opening } = await openAt(home)
    expect(opening.selection.profiles).toEqual(['a'])
    expect(opening.notes).toEqual([
      'Profile gone was shown last time and is not in ~/.aws any more.',
      'Profile c is new and not shown: P chooses it.',
    ])
    expect(opening.remember).toBeNull()
  })

  test('nothing is said if the settings choose, or if an older muster wrote the choice', async () => {
    const home = homeOf('a', 'b')
    writeFileSync(join(home, '.aws/known'), '')
    mkdirSync(join(home, '.local/state/muster'), { recursive: true })
    writeFileSync(join(home, '.local/state/muster/selection.json'), '{"profiles":["a"],"regions":[]}')
    expect((await openAt(home)).opening.notes).toEqual([])
  })
})

test('one profile is no choice: its table opens', async () => {
  const { opening } = await openAt(homeOf('only'))
  expect(opening).toMatchObject({ first: 'table', selection: { profiles: ['only'] } })
  expect((await openAt(homeOf('a', 'b'))).opening.first).toBe('profiles')
})

test('the marks of the lists are what was asked for, not what it leads to', async () => {
  const { context } = await openAt(homeOf('a', 'b'))
  const marksOf = (profiles: readonly string[], regions: readonly string[]) =>
    findMarks(context, { profiles, accounts: [], regions }, ['a', 'b'])
  expect(marksOf(['*'], [])).toEqual({ profiles: ['*'], regions: ['(own)'] })
  expect(marksOf(['a', 'b'], ['eu-*'])).toEqual({ profiles: ['a', 'b'], regions: ['eu-*'] })
  const named = await openAt(homeOf('a', 'b'), { AWS_PROFILE: 'a', AWS_REGION: 'eu-west-1' })
  const there = findMarks(named.context, { profiles: [], accounts: [], regions: [] }, ['a'])
  expect(there).toEqual({ profiles: ['a'], regions: ['eu-west-1'] })
})

test('a profile has its account, its way in, its region and whether it has access now', async () => {
  const home = homeOf('base', 'other')
  appendFileSync(
    join(home, '.aws/config'),
    '[profile view]\nrole_arn = arn:aws:iam::111122223333:role/R\nsource_profile = base\nregion = us-east-1\n' +
      '[profile sso]\nsso_session = acme\nsso_account_id = 777788889999\nsso_role_name = V\n' +
      '[sso-session acme]\nsso_start_url = https://x\nsso_region = eu-west-1\n' +
      '[profile soon]\nsso_session = short\nsso_account_id = 777788889999\nsso_role_name = V\n' +
      '[sso-session short]\nsso_start_url = https://y\nsso_region = eu-west-1\n',
  )
  const cache = join(home, '.aws/sso/cache')
  mkdirSync(cache, { recursive: true })
  const expiresAt = new Date(Date.now() + 40.5 * 86_400_000).toISOString()
  writeFileSync(
    join(cache, `${createHash('sha1').update('short').digest('hex')}.json`),
    JSON.stringify({ accessToken: 't', expiresAt, startUrl: 'https://y', region: 'eu-west-1' }),
  )
  const items = makeProfileItems((await openAt(home)).context, true)
  expect(items.map(({ value, cells }) => [value, ...(cells ?? [])])).toEqual([
    ['*'],
    ['base', '', '✓ keys', 'eu-west-1', 'keys'],
    ['other', '', '✓ keys', 'eu-west-1', 'keys'],
    ['view', '111122223333', '✓ keys of base', 'us-east-1', 'role by base'],
    ['sso', '777788889999', '✕ no SSO token', '', 'sso acme'],
    ['soon', '777788889999', '✓ for 40d: SSO token', '', 'sso short'],
  ])
})
