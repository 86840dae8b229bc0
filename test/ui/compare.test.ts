import { describe, expect, test } from 'vitest'
import type { Json } from '../../src/model.ts'
import { measureWidth } from '../../src/output/cell.ts'
import { drawFrame } from '../../src/ui/draw/frame.ts'
import { makePaint } from '../../src/ui/draw/style.ts'
import { compareItems, makeComparison } from '../../src/ui/reader/compare.ts'
import { layOutPage, textOfLine } from '../../src/ui/state/page-layout.ts'
import { random as makeDice } from '../helpers/random.ts'
import { driveKeys, screen, upTo } from './state.ts'

const differences = (a: Json, b: Json) =>
  compareItems(a, b)
    .filter(({ left, right }) => left !== right)
    .map(({ path, left, right }) => [path, left, right])

describe('two items beside one another', () => {
  test.each<[Json, Json, unknown[]]>([
    [{ A: 1, B: { C: 'x' } }, { A: 1, B: { C: 'y' } }, [['B.C', 'x', 'y']]],
    [
      { A: 1 },
      { B: null },
      [
        ['A', '1', null],
        ['B', null, '-'],
      ],
    ],
    [{ A: '1' }, { A: 1 }, [['A', '"1"', '1']]],
    [{ A: {} }, { A: { B: [] } }, [['A.B', null, '[]']]],
    [{ A: 1 }, { A: { B: 2 } }, [['A', '1', '{"B":2}']]],
    [
      { A: ['x', 'y'] },
      { A: ['y', 'z'] },
      [
        ['A[x]', 'x', null],
        ['A[z]', null, 'z'],
      ],
    ],
    [{ A: ['x', 'x'] }, { A: ['x', 'z'] }, [['A[1]', 'x', 'z']]],
  ])('%j and %j differ in %j', (a, b, expected) => {
    expect(differences(a, b)).toEqual(expected)
  })

  test('have the elements of lists matched by what identifies them in both, whatever their order', () => {
    const tag = (Key: string, Value: string) => ({ Key, Value })
    expect(
      differences(
        { Tags: [tag('Name', 'a'), tag('Role', 'web')] },
        { Tags: [tag('Role', 'web'), tag('Team', 'x'), tag('Name', 'b')] },
      ),
    ).toEqual([
      ['Tags[Key=Name].Value', 'a', 'b'],
      ['Tags[Key=Team].Key', null, 'Team'],
      ['Tags[Key=Team].Value', null, 'x'],
    ])
    const disk = (Place: string, Volume: string) => ({ Volume, Place })
    expect(
      differences([disk('xvda', 'v1'), disk('sdf', 'v2')], [disk('sdf', 'v3'), disk('xvda', 'v4')]),
    ).toEqual([
      ['[Place=xvda].Volume', 'v1', 'v4'],
      ['[Place=sdf].Volume', 'v2', 'v3'],
    ])
    // Nothing in common: by their places.
    expect(differences([{ Id: 'a', Size: { N: 8 } }], [{ Id: 'b', Size: { N: 8 } }])).toEqual([
      ['[0].Id', 'a', 'b'],
    ])
  })

  test('are the same exactly if they are equal, and lose no value, in 2,000 random pairs', () => {
    const random = makeDice(7)
    const pick = (count: number) => Math.floor(random() * count)
    const make = (depth: number): Json => {
      if (depth === 0 || pick(3) === 0) return [null, true, 1, 'x', 'y', '1', '', '-'][pick(8)] ?? null
      if (pick(2) === 0) return Array.from({ length: pick(4) }, () => make(depth - 1))
      return Object.fromEntries(
        Array.from({ length: pick(4) }, () => [['A', 'B', 'C', 'D'][pick(4)], make(depth - 1)]),
      )
    }
    const leaves = (value: Json): number =>
      value === null || typeof value !== 'object' || Object.keys(value).length === 0
        ? 1
        : Object.values(value).reduce((sum: number, each) => sum + leaves(each as Json), 0)
    for (let run = 0; run < 2000; run += 1) {
      const [a, b] = [make(3), make(3)]
      expect(differences(a, a)).toEqual([])
      expect(compareItems(a, a)).toHaveLength(leaves(a))
      if (isSorted(a, b)) continue
      expect(differences(a, b).length, JSON.stringify([a, b])).toBeGreaterThan(0)
      expect(differences(b, a)).toHaveLength(differences(a, b).length)
    }
  })

  test('stand side by side on a wide screen, and as a list of differences on a narrow one', () => {
    const mark = (title: string, item: Json) => ({
      key: 1,
      question: 1,
      title,
      kind: 'instances',
      text: JSON.stringify(item),
    })
    const { sections } = makeComparison(
      mark('web-1', { Type: 'm5.large', Big: 1, Zone: 'a' }),
      mark('web-2', { Type: 'c7g.xlarge', Zone: 'a' }),
    )
    const lines = (columns: number) =>
      layOutPage(sections, columns).lines.map((line) => textOfLine(line).trimEnd())
    expect(lines(80)).toEqual([
      '2 differences',
      '- web-1',
      '+ web-2',
      'Type',
      '  - m5.large',
      '  + c7g.xlarge',
      'Big',
      '  - 1',
      '  + not there',
      '',
      'The same in both 1',
      '  Zone  a',
    ])
    expect(
      lines(200)
        .slice(0, 4)
        .map((line) => line.split(/ {2,}/)),
    ).toEqual([
      ['2 differences'],
      ['', 'web-1', 'web-2'],
      ['Type', 'm5.large', 'c7g.xlarge'],
      ['Big', '1', 'not there'],
    ])
    for (const columns of [8, 40, 99, 100, 300])
      for (const line of lines(columns)) expect(measureWidth(line)).toBeLessThanOrEqual(columns)
  })

  test('keep the digits of numbers that JavaScript would round', () => {
    const mark = (text: string) => ({ key: 1, question: 1, title: 't', kind: null, text })
    const { sections } = makeComparison(mark('{"N": 9007199254740993}'), mark('{"N": 9007199254740992}'))
    expect(JSON.stringify(sections)).toContain('9007199254740993')
  })
})

test('m marks a row, on another asks for both, and on the marked one removes the mark', () => {
  const ui = driveKeys(screen(120, 24), upTo(5))
  ui.list(upTo(5))
  const reply = (message: object) =>
    ui.send({ type: 'reader', message: { number: ui.state().opening?.number ?? 0, ...message } as never })
  const lines = () => drawFrame(ui.state(), makePaint(false))
  ui.press('m')
  expect(ui.effects.at(-1)).toMatchObject({ type: 'reader', message: { type: 'mark', key: 0, marked: null } })
  const marked = {
    key: 0,
    question: ui.state().table.shown,
    title: 'name-0 i-0',
    kind: 'instances',
    text: '{}',
  }
  reply({ type: 'marked', marked })
  expect(lines()[0]).toContain('· marked: name-0 i-0')
  ui.send({ type: 'resized', columns: 50, rows: 24 })
  expect(lines()[0]).toContain(' Instances 5 3×2 · marked: name-0 i-0 ')
  ui.send({ type: 'resized', columns: 120, rows: 24 })
  ui.press('j')
  expect(lines()[2]).toMatch(/\u001b\[1m/)
  ui.press('m')
  expect(ui.effects.at(-1)).toMatchObject({ type: 'reader', message: { type: 'mark', key: 1, marked } })
  reply({ type: 'not-opened', reason: 'Only rows of one kind are compared.' })
  ui.press('k', 'm')
  expect(ui.state().marked).toBeNull()
  expect(lines()[0]).not.toContain('marked')
})

/** Whether two values are equal but for the order of members and elements. */
function isSorted(a: Json, b: Json): boolean {
  const sort = (value: unknown): unknown =>
    Array.isArray(value)
      ? value
          .map(sort)
          .map((each) => JSON.stringify(each))
          .sort()
      : value !== null && typeof value === 'object'
        ? Object.entries(value)
            .map(([key, each]) => [key, sort(each)])
            .sort()
        : value
  return JSON.stringify(sort(a)) === JSON.stringify(sort(b))
}
