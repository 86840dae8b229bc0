import { join } from 'node:path'
import { expect, test } from 'vitest'
import { isAccepted, parseSettings, readSettings, settingsFolder } from '../../src/config/settings.ts'
import { MusterError } from '../../src/errors.ts'
import type { Fault, Scope } from '../../src/model.ts'
import { homeWith } from './folder.ts'

test('without a file the defaults hold: 15 minutes, 16 at once, instances', () => {
  expect(readSettings({ env: {}, home: homeWith({}) })).toEqual({
    profiles: [],
    regions: [],
    kind: 'instances',
    kinds: ['instances'],
    fresh: 900_000,
    preferRoles: [],
    accepted: [],
    concurrency: 64,
    pageSize: null,
    keepGone: 30 * 86_400_000,
    keepGoneMegabytes: 100,
    every: null,
    theme: null,
    mouse: true,
  })
})

test('the file is looked for in XDG_CONFIG_HOME, else in ~/.config', () => {
  const home = homeWith({
    '.config/muster/config.json': '{"fresh": "2h"}',
    'xdg/muster/config.json': '{"fresh": "1d"}',
  })
  expect(readSettings({ env: {}, home }).fresh).toBe(7_200_000)
  expect(readSettings({ env: { XDG_CONFIG_HOME: join(home, 'xdg') }, home }).fresh).toBe(86_400_000)
  expect(settingsFolder({ env: { XDG_CONFIG_HOME: 'relative' }, home })).toBe(join(home, '.config/muster'))
})

test('a file that is not JSON is named', () => {
  const home = homeWith({ '.config/muster/config.json': '{' })
  expect(() => readSettings({ env: {}, home })).toThrow(`${home}/.config/muster/config.json is not JSON`)
})

test.each([
  [[], 'must hold one JSON object'],
  [{ concurency: 3 }, '"concurency" is no setting; did you mean "concurrency"?'],
  [{ zzz: 3 }, '"zzz" is no setting; the settings are: profiles, regions'],
  [{ toString: 3 }, '"toString" is no setting'],
  [{ profiles: 'a' }, '"profiles" must be a list of texts'],
  [{ regions: [1] }, '"regions" must be a list of texts'],
  [
    { kind: 'volumse' },
    `"kind" must be the name of a kind. There is no kind 'volumse'; did you mean 'volumes'?`,
  ],
  [{ kind: 7 }, '"kind" must be the name of a kind, such as "instances".'],
  [{ fresh: 15 }, '"fresh" must be a time such as'],
  [{ fresh: '15 m' }, '"fresh" must be a time such as'],
  [{ concurrency: 0 }, '"concurrency" must be a whole number from 1 to 256'],
  [{ concurrency: 257 }, '"concurrency" must be a whole number from 1 to 256'],
  [{ every: '5s' }, '"every" must be 10s or more.'],
  [{ every: 5 }, '"every" must be a time such as'],
  [{ theme: 'pink' }, '"theme" must be one of "terminal", "dark", "light", "high-contrast", "none".'],
  [{ mouse: 'no' }, '"mouse" must be true or false.'],
  [{ pageSize: 1.5 }, '"pageSize" must be a whole number'],
  [{ accepted: [{ scope: 'a/b', fault: 'nope' }] }, '"accepted" must be given a fault out of: credentials'],
  [{ accepted: [{ scope: 'a', fault: 'denied' }] }, '"accepted" must be given a scope such as'],
  [{ accepted: [{ scope: 'a/b', fault: 'denied', x: 1 }] }, 'objects of "scope" and "fault" only (entry 1)'],
])('%j is refused with the file, the key and what it must be', (value, message) => {
  const attempt = () => parseSettings(value, 'c.json')
  expect(attempt).toThrow(MusterError)
  expect(attempt).toThrow(message)
  expect(attempt).toThrow('c.json')
})

const scope: Scope = { profile: 'old-1', account: '111122223333', region: 'eu-west-1', kind: 'volumes' }
const denied: Fault = { class: 'denied', code: 'UnauthorizedOperation', message: 'm', next: 'n' }

test.each([
  ['old-*/eu-west-1', scope, true],
  ['111122223333/*', scope, true],
  ['*/eu-*/volumes', scope, true],
  ['*/eu-*/instances', scope, false],
  ['new-*/*', scope, false],
  ['old-1/us-east-1', scope, false],
  ['old-1/*', { ...scope, account: null, region: null }, true],
  ['old-1/eu-west-1', { ...scope, account: null, region: null }, false],
])('accepting %s in the settings says whether the scope is accepted', (glob, of, accepted) => {
  expect(isAccepted([{ scope: glob, fault: 'denied' }], of, denied)).toBe(accepted)
  expect(isAccepted([{ scope: glob, fault: 'network' }], of, denied)).toBe(false)
})
