import { describe, expect, test } from 'vitest'
import { drawFrame } from '../../src/ui/draw/frame.ts'
import { makePaint } from '../../src/ui/draw/style.ts'
import { bindings } from '../../src/ui/keys/all-keys.ts'
import { k9sKeys } from '../../src/ui/keys/k9s-keys.ts'
import { formatKey, places } from '../../src/ui/keys/keys-help.ts'
import { driveKeys, screen, upTo } from './state.ts'

/** The help as it is drawn after some keys on a screen of some size. */
function openHelp(columns: number, rows: number, ...keys: string[]) {
  const ui = driveKeys(screen(columns, rows), upTo(30))
  ui.list(upTo(30))
  ui.press(...keys, '?')
  const lines = () =>
    drawFrame(ui.state(), makePaint(false)).map((line) => line.replaceAll(/\u001b\[\d+m/g, '').trimEnd())
  return { ...ui, lines }
}

describe('the help', () => {
  test('begins with the keys of the place where one is', () => {
    expect(openHelp(80, 24).lines()[2]).toBe('On a table')
    expect(openHelp(80, 24, '=').lines()[2]).toBe('On a page of text')
  })

  test.each([
    [80, 1],
    [140, 2],
    [200, 3],
    [300, 4],
  ])('has at %s columns as many beside one another as there is room for: %s', (columns, count) => {
    const lines = openHelp(columns, 300).lines()
    const titles = [...places.map(({ title }) => title), 'After :', 'Keys of k9s']
    const starts = titles.map((title) => lines.find((line) => line.includes(title))?.indexOf(title))
    expect(new Set(starts).size).toBe(count)
    expect(starts).not.toContain(undefined)
    expect(lines.join('\n')).not.toMatch(/\S…/)
  })

  test('has position and search', () => {
    const help = openHelp(40, 10)
    help.press('/', ...'unsorted', 'enter')
    expect(help.lines().some((line) => line.includes('unsorted'))).toBe(true)
    expect(help.lines()[0]).toMatch(/Help \d+\/\d+/)
    expect(help.lines().at(-2)).toContain('line 1 of ')
  })
})

describe('the keys of k9s', () => {
  test.each(k9sKeys.map((each) => [each.key, each] as const))(
    '%s: the key of muster that is named does something',
    (_, each) => {
      if (each.muster === null) return expect(each.why).not.toBe('')
      const named = bindings.filter(
        ({ place, keys }) => place === 'table' && keys.includes(each.muster ?? ''),
      )
      expect(named).toHaveLength(1)
      // Another key has its reason.
      const isSame = each.key.split(' ').includes(formatKey(each.muster))
      if (!isSame) expect(each.why).not.toBe('')
    },
  )

  test('that do the same here are bound here, each of a pair', () => {
    const same = k9sKeys.filter(({ muster, why }) => muster !== null && (why === '' || why === 'the same'))
    const own = bindings.filter(({ place }) => place === 'table').flatMap(({ keys }) => keys.map(formatKey))
    for (const { key } of same)
      for (const each of key.split(' ').filter((name) => !name.startsWith(':q')))
        expect(own, key).toContain(each)
  })
})
