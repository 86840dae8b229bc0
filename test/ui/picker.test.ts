import { describe, expect, test } from 'vitest'
import { drawFrame } from '../../src/ui/draw/frame.ts'
import { makePaint } from '../../src/ui/draw/style.ts'
import { pickerOf } from '../../src/ui/state/picker.ts'
import type { PickerItem, State } from '../../src/ui/state/state.ts'
import { makeEmptyTable, nothingAsked } from '../../src/ui/state/table-state.ts'
import { driveKeys, screen } from './state.ts'

const names = ['dev', 'prod', 'staging']
const choices = {
  profiles: [
    { value: '*', note: 'all 3, and those to come' },
    ...names.map((value) => ({
      value,
      note: 'role',
      cells: ['111122223333', '✕ no SSO token', 'eu-west-1', 'sso acme'],
    })),
  ],
  regions: ['(own)', '*', 'eu-west-1', 'us-east-1'].map((value) => ({ value, note: '' })),
  queries: [],
}

function open(chosen: Partial<State['chosen']>, size: readonly [number, number] = [80, 24]) {
  return driveKeys({ ...screen(...size), choices, chosen: { profiles: [], regions: [], ...chosen } }, [])
}

describe('a list of profiles or regions', () => {
  test('says at the first start what it is for, and after it that there are other regions', () => {
    const ui = open({})
    ui.press('P')
    const line = () => drawFrame(ui.state(), makePaint(false)).at(-2)?.trim()
    expect(line()).toContain('Choose the accounts to look at')
    ui.press('a', 'enter')
    expect(line()).toContain('Each profile is shown in its own region: R chooses others.')
    ui.list([1])
    ui.press('R', 'a', 'enter', 'P', 'n', 'G', 'space', 'enter')
    expect(line()).not.toContain('own region')
  })

  test.each(['esc', 'q'])('%s at the first one asks whether to quit: there is no table behind it', (key) => {
    const table = makeEmptyTable(screen().table.ask, nothingAsked)
    const ui = driveKeys(
      { ...screen(), choices, table, overlay: pickerOf('profiles', choices.profiles, []) },
      [],
    )
    ui.press('j', 'space', key)
    expect(lines(ui.state())[0]).toContain('Profiles(1 marked)[3]')
    expect(lines(ui.state()).at(-1)).toContain('Quit muster?')
    ui.press(key)
    expect(lines(ui.state())[0]).toContain('Profiles(1 marked)[3]')
    expect(ui.effects).toEqual([])
    ui.press(key, 'y')
    expect(ui.effects).toEqual([{ type: 'quit' }])
  })

  test.each([
    ['P', { profiles: ['*'] }],
    ['P', { profiles: ['prod'] }],
    ['R', { regions: ['(own)'] }],
    ['R', { regions: ['eu-*'] }],
  ] as const)('%s that was only looked at changes nothing and remembers nothing', (key, chosen) => {
    const ui = open(chosen)
    ui.press(key, 'j', 'k', 'enter')
    expect(ui.state().overlay).toBeNull()
    expect(ui.effects.filter(({ type }) => type !== 'profiles')).toEqual([])
    expect(ui.state().selection).toEqual(screen().selection)
  })

  test.each([
    ['all profiles are one mark, also for those to come', ['P', 'n', 'a', 'enter'], { profiles: ['*'] }],
    ['all regions are those enabled in each account', ['R', 'a', 'enter'], { regions: ['*'] }],
    [
      'a region that is named replaces all of them',
      ['R', 'a', 'G', 'k', 'space', 'enter'],
      { regions: ['us-east-1'] },
    ],
    ['one of all profiles can be left out', ['P', 'G', 'space', 'enter'], { profiles: ['dev', 'prod'] }],
    [
      'all that a search finds are named',
      ['P', 'n', '/', 'd', 'enter', 'a', 'enter'],
      { profiles: ['dev', 'prod'] },
    ],
    ['no named region is each one’s own', ['R', 'g', 'space', 'enter'], { regions: [] }],
    [
      'what was given as a pattern stays beside others',
      ['R', 'j', 'j', 'space', 'enter'],
      { regions: ['eu-west-1', 'eu-*'] },
    ],
  ] as const)('%s', (_, keys, selection) => {
    const ui = open({ profiles: ['*'], regions: ['eu-*'] })
    // The cursor is at the mark, which is the last: the first row is where the keys begin.
    const [first = '', ...rest] = keys
    ui.press(first, 'g', ...rest)
    expect(ui.state().selection).toMatchObject(selection)
  })

  test('has a header over aligned columns, at 40 cells too', () => {
    for (const size of [
      [80, 24],
      [40, 10],
    ] as const) {
      const ui = open({ profiles: ['*'] }, size)
      ui.press('P')
      const [title = '', header = '', all = '', dev = '', prod = ''] = lines(ui.state())
      expect(title).toContain('Profiles(all marked)[3]')
      expect(header.indexOf('ACCOUNT')).toBe(dev.indexOf('1111'))
      expect(dev.indexOf('1111')).toBe(prod.indexOf('1111'))
      expect(all).toContain('[x] *')
      expect(dev).toContain('[x] dev')
    }
  })

  test('shows the way in at 80 cells, too: what else is long gives way', () => {
    const profiles = ['acme-prod-payments', 'dev'].map((value) => ({
      value,
      note: '',
      cells: [
        '111122223333',
        '✓ keys of acme-management-production',
        'ap-southeast-2',
        'role by acme-management',
      ],
    }))
    const ui = driveKeys(
      { ...screen(), choices: { ...choices, profiles }, chosen: { profiles: [], regions: [] } },
      [],
    )
    ui.press('P')
    const [, header = '', first = ''] = lines(ui.state())
    expect(header).toContain('SIGNS IN BY')
    expect(first).toMatch(/acme-prod-payments +111122223333 +✓ keys of .*… +ap-southe.* +role by/)
    expect(header.indexOf('SIGNS')).toBe(first.indexOf('role by'))
  })

  test('is searched by letters in their order: the best is first, its letters are marked, and enter takes it', () => {
    const profiles = ['acme-top-app', 'prod-payments', 'spare'].map((value) => ({
      value,
      note: 'role',
      cells: ['111122223333', '✓ keys', 'eu-west-1', 'keys'],
    }))
    const ui = driveKeys(
      { ...screen(), choices: { ...choices, profiles }, chosen: { profiles: [], regions: [] } },
      [],
    )
    ui.press('P', '/', ...'pp')
    const shown = drawFrame(ui.state(), (text, ...styles) =>
      styles.includes('underline') ? `<${text}>` : text,
    )
    const found = shown.filter((line) => line.startsWith('[')).map((line) => line.slice(4).split('  ')[0])
    expect(found).toEqual(['<p>rod-<p>ayments', 'acme-top-a<p><p>'])
    ui.press('enter', 'enter')
    expect(ui.state().selection.profiles).toEqual(['prod-payments'])
  })

  test('is searched in what stands beside the names, too: after those whose name is meant', () => {
    const profiles = [
      { value: 'first', note: '', cells: ['1', '', '', 'sso acme'] },
      { value: 'acme', note: '', cells: ['2', '', '', 'keys'] },
    ]
    const ui = driveKeys(
      { ...screen(), choices: { ...choices, profiles }, chosen: { profiles: [], regions: [] } },
      [],
    )
    ui.press('P', '/', ...'acme')
    expect(
      lines(ui.state())
        .slice(2, 4)
        .map((line) => line.slice(4, 9).trim()),
    ).toEqual(['acme', 'first'])
  })

  test('shows which profiles have access now as soon as it is known, and keeps cursor and marks', () => {
    const ui = open({ profiles: ['prod'] })
    ui.press('P', 'j', 'space')
    expect(ui.effects.map(({ type }) => type)).toEqual(['profiles'])
    const items: readonly PickerItem[] = choices.profiles.map((item) =>
      'cells' in item ? { ...item, cells: [...item.cells.slice(0, -1), '✓ keys'] } : item,
    )
    ui.send({ type: 'items-listed', which: 'profiles', items })
    expect(lines(ui.state()).filter((line) => line.includes('✓ keys'))).toHaveLength(3)
    ui.press('enter')
    expect(ui.state().selection.profiles).toEqual(['prod', 'staging'])
  })

  test('of regions says which are enabled as soon as a sync has asked, with every region in its place', () => {
    const ui = open({ regions: ['eu-west-1'] })
    ui.press('R')
    const before = lines(ui.state())
    const found = (value: string) => ({ value, note: 'enabled' })
    const items = [{ value: '*', note: '' }, found('ap-southeast-7'), found('eu-west-1')]
    ui.send({ type: 'items-listed', which: 'regions', items })
    const marked = lines(ui.state()).filter((line) => line.includes('enabled'))
    expect(marked.map((line) => line.match(/[a-z]+-[a-z]+-\d/)?.[0])).toEqual(['eu-west-1', 'ap-southeast-7'])
    const cursor = before.findIndex((line) => line.includes('eu-west-1'))
    expect(lines(ui.state())[cursor]).toContain('eu-west-1')
    ui.press('esc', 'R')
    const placeOf = (name: string) => lines(ui.state()).findIndex((line) => line.includes(name))
    expect(placeOf('ap-southeast-7')).toBeLessThan(placeOf('eu-west-1'))
  })
})

function lines(state: State): readonly string[] {
  return drawFrame(state, makePaint(false)).map((line) => line.replaceAll(/\u001b\[\d+m/g, ''))
}
