import { userInfo } from 'node:os'
import { describe, expect, test } from 'vitest'
import { findHomeFolder, ownFolder } from '../src/folders.ts'

describe('the home folder', () => {
  test('is $HOME', () => {
    expect(findHomeFolder({ HOME: '/home/of/env' })).toBe('/home/of/env')
  })

  test.each([undefined, '', '.', 'home', '~', './home'])(
    'is the one that the system knows when HOME is %j',
    (HOME) => {
      expect(findHomeFolder({ HOME })).toBe(userInfo().homedir)
    },
  )
})

describe.each([
  ['cache', 'XDG_CACHE_HOME', '/home/me/.cache/muster'],
  ['config', 'XDG_CONFIG_HOME', '/home/me/.config/muster'],
  ['state', 'XDG_STATE_HOME', '/home/me/.local/state/muster'],
] as const)('muster’s %s folder', (purpose, variable, inHome) => {
  test(`is below ${variable}`, () => {
    expect(ownFolder(purpose, { env: { [variable]: '/xdg' }, home: '/home/me' })).toBe('/xdg/muster')
  })

  test.each([undefined, '', '.', 'xdg', '~/xdg'])(
    `is below the home folder when ${variable} is %j`,
    (base) => {
      expect(ownFolder(purpose, { env: { [variable]: base }, home: '/home/me' })).toBe(inHome)
    },
  )
})
