import { describe, expect, test } from 'vitest'
import { findKind } from '../../src/kinds.ts'
import { measureWidth } from '../../src/output/cell.ts'
import { makeItemPage } from '../../src/ui/reader/item-page.ts'
import { layOutPage, textOfLine } from '../../src/ui/state/page-layout.ts'
import type { PageLine, PageLink, PageSection } from '../../src/ui/threads/messages.ts'
import { now } from './state.ts'

const linesOf = (sections: readonly PageSection[], columns: number) =>
  layOutPage(sections, columns).lines.map((line) => textOfLine(line).trimEnd())

const long = 'k'.repeat(128)
const instance = {
  InstanceId: 'i-0123456789abcdef0',
  InstanceType: 'm5.large',
  State: { Code: 16, Name: 'running' },
  LaunchTime: '2026-11-23T12:00:00+00:00',
  PublicIpAddress: null,
  BlockDeviceMappings: [
    { DeviceName: '/dev/xvda', Ebs: { VolumeId: 'vol-1', Status: 'attached' } },
    { DeviceName: '/dev/sdf', Ebs: { VolumeId: 'vol-2', Status: 'attached' } },
  ],
  Tags: [
    { Key: 'Name', Value: 'web\u001b[31m-1' },
    { Key: long, Value: 'v'.repeat(256) },
    { Key: 'Role', Value: 'worker' },
    { Key: 'a-key-of-thirty-letters-or-more', Value: 'short' },
  ],
  Region: 'eu-west-1',
  AccountName: 'acme-dev',
}

describe('a page of a resource', () => {
  const { sections, title } = makeItemPage(instance, 'detail', findKind('instances'), now)

  test.each([8, 40, 80, 139, 140, 200, 300])(
    'has no line wider than %s columns, and nothing a terminal obeys',
    (columns) => {
      for (const line of linesOf(sections, columns)) {
        expect(measureWidth(line)).toBeLessThanOrEqual(columns)
        expect(line).not.toContain('\u001b')
      }
      expect(title).not.toContain('\u001b')
    },
  )

  test('begins with what its kind’s table shows: the state with its sign, a time with its age', () => {
    const lines = linesOf(sections, 80)
    const first = lines.slice(0, lines.indexOf(''))
    expect(first).toEqual(expect.arrayContaining([expect.stringMatching(/^State +● running$/)]))
    expect(first).toEqual(expect.arrayContaining([expect.stringMatching(/^LaunchTime .*, 1d ago$/)]))
    expect(first).toEqual(expect.arrayContaining([expect.stringMatching(/^PublicIpAddress +-$/)]))
    expect(first.some((line) => line.startsWith('Tags'))).toBe(true)
  })

  test('gives a key that is longer than a third of the line a line of its own, and the others stay aligned', () => {
    const lines = linesOf(sections, 60)
    const tags = lines.slice(lines.lastIndexOf('Tags') + 1)
    const name = tags.find((line) => line.startsWith('  Name'))
    const role = tags.find((line) => line.startsWith('  Role'))
    expect(name?.indexOf('web')).toBe(role?.indexOf('worker'))
    expect(role?.indexOf('worker')).toBeLessThanOrEqual(20)
    expect(tags.join('').replaceAll(/\s/g, '')).toContain(long)
    expect(tags.join('').replaceAll(/\s/g, '')).toContain('v'.repeat(256))
  })

  test('shows all that AWS gives, the elements of lists set off by dashes', () => {
    const text = linesOf(sections, 80).join('\n')
    expect(text).toMatch(/- DeviceName +\/dev\/xvda\n {4}Ebs\n {6}VolumeId +vol-1\n/)
    for (const part of ['vol-2', 'm5.large', 'acme-dev', '/dev/sdf']) expect(text).toContain(part)
  })

  test('has two halves from 140 columns on, and is shorter by that', () => {
    const [narrow, wide] = [linesOf(sections, 139), linesOf(sections, 140)]
    expect(wide.length).toBeLessThan(narrow.length)
    expect(wide.some((line) => /^ *InstanceId .* {4}.*DeviceName|Everything {4,}\S/.test(line))).toBe(true)
  })
})

describe('links of a page', () => {
  const link = (row: number): PageLink => ({ type: 'resource', kind: 'volumes', row })
  const rows = (from: number, count: number): readonly PageLine[] =>
    Array.from({ length: count }, (_, n) => ({
      type: 'row',
      depth: 1,
      link: link(from + n),
      cells: [{ text: `vol-${from + n}` }, { text: 'n'.repeat(80) }],
    }))
  const sections: readonly PageSection[] = [
    { title: 'Left', place: 'left', lines: rows(1, 3) },
    { title: 'Right', place: 'right', lines: rows(10, 5) },
  ]

  test.each([80, 200])('are numbered as they are read, at %s columns', (columns) => {
    const { links, lines } = layOutPage(sections, columns)
    expect(links.map(({ link: each }) => each.type === 'resource' && each.row)).toEqual([
      1, 2, 3, 10, 11, 12, 13, 14,
    ])
    for (const [number, { line }] of links.entries())
      expect(lines[line]?.some((span) => span.link === number)).toBe(true)
  })

  test('stay whole in their first cell, and are cut in the others', () => {
    for (const line of linesOf(sections, 40).filter((each) => each.includes('vol-')))
      expect(line).toMatch(/^ {2}vol-\d+ +n+…$/)
  })
})

describe('a resource as source', () => {
  const kind = findKind('instances')
  const odd = {
    ...instance,
    Note: '{"a": 1}',
    Text: 'a: b\n- 1\nnull',
    Ratio: 0.5,
    Off: false,
    Address: '10.1.2.3',
  }

  test.each(['yaml', 'json'] as const)(
    'has in %s a colour for each form of value, and every byte',
    (form) => {
      const { sections, copy } = makeItemPage(odd, form, kind, now)
      const { lines } = layOutPage(sections, 400)
      expect(`${lines.map(textOfLine).join('\n')}\n`).toBe(copy)
      const toneAfter = (key: string) => {
        const line = lines.find(([head]) => head?.text.replaceAll(/["\s:-]/g, '') === key)
        return [line?.[0]?.tone, line?.[1]?.tone]
      }
      expect(toneAfter('Code')).toEqual(['name', 'number'])
      expect(toneAfter('Ratio')).toEqual(['name', 'number'])
      expect(toneAfter('Off')).toEqual(['name', 'constant'])
      expect(toneAfter('PublicIpAddress')).toEqual(['name', 'constant'])
      expect(toneAfter('Address')).toEqual(['name', 'string'])
      expect(toneAfter('InstanceType')).toEqual(['name', 'string'])
      expect(toneAfter('Note')).toEqual(['name', 'string'])
      // A text of several lines that looks like YAML is a text.
      expect(toneAfter('a')).toEqual([undefined, undefined])
    },
  )

  test('is in JSON what the AWS CLI prints', () => {
    const { copy, title } = makeItemPage(odd, 'json', kind, now)
    expect(copy).toBe(`${JSON.stringify(odd, null, 4).replaceAll('\u001b', '\\u001b')}\n`)
    expect(title).toMatch(/ as JSON$/)
  })
})
