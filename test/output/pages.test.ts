import { execFileSync } from 'node:child_process'
import { runInNewContext } from 'node:vm'
import { beforeAll, describe, expect, test } from 'vitest'
import type { Json } from '../../src/model.ts'
import { loadFormat } from '../../src/output/format.ts'
import { sanitise } from '../../src/output/sanitise.ts'
import { temporaryFolder } from '../helpers/temporary.ts'
import { aboutRows, answerOfRows, fuzzedColumns, fuzzRows } from './fuzzed-rows.ts'

/** A cell as a page shows it: text on one line, in which nothing is hidden. */
function shown(value: Json | undefined): string {
  if (value === null || value === undefined) return ''
  return sanitise(typeof value === 'object' ? JSON.stringify(value) : String(value))
}

const hostile = [
  '<script>alert(1)</script>',
  '<img src=x onerror=alert(1)>',
  '"><svg onload=alert(1)>',
  "' onmouseover='alert(1)",
  '&lt;b&gt;',
  '</td></table><h1>',
  '<!-- ',
  ']]>',
  '![x](http://evil.example/x.png)',
  '[click](javascript:alert(1))',
  'a | b',
  'back\\slash \\| pipe',
  '`code` **bold** ~~gone~~ $x$',
  'two\nlines\r\n| x |',
]

describe('a page of HTML', () => {
  const rows = [
    ...fuzzRows(5000, 5),
    ...hostile.map((text) => ['h', text, 1, 1, 0.5, null, true, null, text, null]),
  ]
  let read: ReadPage

  beforeAll(async () => {
    read = parseHtml(await print(fuzzedColumns, rows, 'html'))
  })

  test('shows every value of 5,000 fuzzed rows, to an HTML parser', () => {
    const [unread, table] = read.tables
    expect(table?.[0]).toEqual(fuzzedColumns)
    expect(table?.length).toBe(rows.length + 1)
    for (const [place, row] of rows.entries()) expect(table?.[place + 1]).toEqual(row.map(shown))
    expect(unread).toEqual([
      ['Profile', 'Region', 'State', 'Message'],
      ['prod', 'eu-west-1', 'failed', 'Access <denied> & "more"'],
    ])
    expect(read.text).toContain('Incomplete: 1 of 2 scopes were read')
  })

  test('has no element and no attribute that a tag brought, and loads nothing', () => {
    expect(read.elements.toSorted()).toEqual(
      [
        ...[
          'body',
          'button',
          'details',
          'h1',
          'head',
          'html',
          'meta',
          'p',
          'script',
          'strong',
          'style',
          'summary',
        ],
        ...['table', 'tbody', 'td', 'th', 'thead', 'title', 'tr'],
      ].toSorted(),
    )
    expect(read.attributes.toSorted()).toEqual(
      ['charset', 'class', 'content', 'http-equiv', 'lang', 'name', 'open', 'scope', 'type'].toSorted(),
    )
  })

  test('allows nothing but its own script and style, by their hashes', () => {
    const [script, style] = [read.hashes.script, read.hashes.style]
    expect(read.policy).toBe(
      `default-src 'none'; style-src 'sha256-${style}'; script-src 'sha256-${script}'; base-uri 'none'; form-action 'none'`,
    )
  })

  test('sorts by the column that is pressed, numbers as numbers, and again the other way', async () => {
    const cells: Json[][] = [
      [10, 'b'],
      [9, 'a'],
      [null, 'web-10'],
      [-1, 'web-9'],
    ]
    const table = pressable(await print(['N', 'T'], cells, 'html'), cells)
    expect(table.press(0)).toEqual([-1, 9, 10, null])
    expect(table.press(0)).toEqual([10, 9, -1, null])
    expect(table.press(1)).toEqual(['a', 'b', 'web-9', 'web-10'])
    expect(table.sorted()).toEqual([null, 'ascending'])
  })
})

describe('a table of Markdown', () => {
  test('gives back every value of 5,000 fuzzed rows, with as many cells in each', async () => {
    const rows = [
      ...fuzzRows(5000, 6),
      ...hostile.map((text) => ['h', text, 1, 1, 0.5, null, true, null, text, null]),
    ]
    const [table = '', more = ''] = (await print(fuzzedColumns, rows, 'markdown')).split('\n\n', 2)
    const lines = table.split('\n')
    expect(lines[0]).toBe(`| ${fuzzedColumns.join(' | ')} |`)
    expect(lines[1]).toBe(`|${' --- |'.repeat(fuzzedColumns.length)}`)
    expect(lines.length).toBe(rows.length + 2)
    for (const [place, row] of rows.entries()) {
      const cells = lines[place + 2]?.split('|').slice(1, -1).map(readMarkdown)
      expect(cells).toEqual(row.map((value) => shown(value).replace(/^ +| +$/g, '')))
    }
    expect(more).toBe(
      '**Incomplete**: 1 of 2 scopes were read; the oldest data is of 2026-11-25T10:00:00.000Z.',
    )
  })

  test('has nothing in its cells that Markdown or HTML would read', async () => {
    const [table = ''] = (
      await print(
        ['A'],
        hostile.map((text) => [text]),
        'markdown',
      )
    ).split('\n\n', 1)
    const plain = table.replaceAll(/\\[\\`*_[\]~$]/g, '')
    expect(plain.replaceAll(/^\|( --- \||.*\|)$/gm, (line) => line.slice(1, -1))).not.toMatch(/[<>|`*_[\]~$]/)
  })
})

/** What a reader of CommonMark makes of a cell: escapes, then entities. */
function readMarkdown(cell: string): string {
  const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', '#124': '|' }
  return cell
    .replace(/^ +| +$/g, '')
    .replace(/\\([!-/:-@[-`{-~])|&(amp|lt|gt|#124);/g, (_, sign, entity) => sign ?? entities[entity])
}

async function print(
  columns: readonly string[],
  rows: readonly (readonly Json[])[],
  format: 'html' | 'markdown',
): Promise<string> {
  const options = { columns: null, raw: false, colour: false, about: aboutRows(temporaryFolder()) }
  const write = await loadFormat(format)
  return [...write(answerOfRows(columns, rows), options)].join('')
}

interface ReadPage {
  readonly tables: readonly (readonly (readonly string[])[])[]
  readonly elements: readonly string[]
  readonly attributes: readonly string[]
  readonly policy: string
  readonly text: string
  /** Of the text of each element, as SHA-256 in base64. */
  readonly hashes: { readonly script: string; readonly style: string }
}

/** The page as Python's parser reads it. */
function parseHtml(page: string): ReadPage {
  const script = `
import sys, json, hashlib, base64
from html.parser import HTMLParser
class Page(HTMLParser):
    tables, elements, attributes, policy, text, kept, cell, inside = [], set(), set(), '', '', {}, None, ''
    def handle_starttag(self, tag, attrs):
        self.elements.add(tag); self.inside = tag
        self.attributes.update(k for k, v in attrs)
        a = dict(attrs)
        if a.get('http-equiv') == 'Content-Security-Policy': self.policy = a['content']
        if tag == 'table': self.tables.append([])
        if tag == 'tr': self.tables[-1].append([])
        if tag in ('td', 'th'): self.cell = ''
    def handle_endtag(self, tag):
        self.inside = ''
        if tag in ('td', 'th'): self.tables[-1][-1].append(self.cell); self.cell = None
    def handle_data(self, data):
        if self.inside in ('script', 'style'): self.kept[self.inside] = self.kept.get(self.inside, '') + data
        elif self.cell is not None: self.cell += data
        else: self.text += data
p = Page(); p.feed(sys.stdin.buffer.read().decode()); p.close()
json.dump({'tables': p.tables, 'elements': list(p.elements), 'attributes': list(p.attributes), 'policy': p.policy, 'text': p.text,
  'hashes': {k: base64.b64encode(hashlib.sha256(v.encode()).digest()).decode() for k, v in p.kept.items()}}, sys.stdout)
`
  return JSON.parse(
    execFileSync('python3', ['-c', script], { input: page, encoding: 'utf8', maxBuffer: 1e9 }),
  )
}

/** A table that the page's own script sorts: as much of a browser as that script touches. */
function pressable(page: string, cells: readonly (readonly Json[])[]) {
  const presses: (() => void)[] = []
  let rows = cells.map((row) => ({
    row,
    cells: row.map((value) => ({
      textContent: shown(value),
      className: typeof value === 'number' ? 'number' : '',
    })),
  }))
  const heads = (cells[0] ?? []).map((_, cellIndex) => {
    const attributes = new Map<string, string>()
    return {
      cellIndex,
      firstChild: { addEventListener: (_: string, press: () => void) => presses.push(press) },
      closest: () => table,
      getAttribute: (name: string) => attributes.get(name) ?? null,
      setAttribute: (name: string, value: string) => attributes.set(name, value),
      removeAttribute: (name: string) => attributes.delete(name),
    }
  })
  const body = {
    get rows() {
      return rows
    },
    append: (row: (typeof rows)[number]) => {
      rows = [...rows.filter((each) => each !== row), row]
    },
  }
  const table = { tHead: { rows: [{ cells: heads }] }, tBodies: [body] }
  const [, script = ''] = /<script>(.*)<\/script>/s.exec(page) ?? []
  runInNewContext(script, { document: { querySelectorAll: () => heads } })
  return {
    press: (column: number) => {
      presses[column]?.()
      return rows.map(({ row }) => row[column])
    },
    sorted: () => heads.map((head) => head.getAttribute('aria-sort')),
  }
}
