import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { describe, expect, test } from 'vitest'
import { commands } from '../../src/cli.ts'
import { exitCodes } from '../../src/errors.ts'
import { type Block, parsePage, type Spans } from '../../src/help/markdown.ts'
import { pageNames, readPage } from './pages.ts'

const root = new URL('../../', import.meta.url)
const folder = new URL('dist/man/', root)
const files = readdirSync(folder).sort()
const read = (file: string) => readFileSync(new URL(file, folder), 'utf8')
const manifest = JSON.parse(readFileSync(new URL('package.json', root), 'utf8'))

/** Those of man(7), and how text is filled and broken. */
const macros = ['TH', 'SH', 'SS', 'PP', 'TP', 'IP', 'RS', 'RE', 'nf', 'fi', 'br', 'nh', 'ad']

describe('the man pages', () => {
  test('are one of the program and one of each topic, and package.json names them all', () => {
    expect(files).toEqual(['muster.1', ...pageNames.map((name) => `muster-${name}.7`)].sort())
    expect(manifest.man.map((path: string) => basename(path)).sort()).toEqual(files)
    for (const path of manifest.man) expect(path).toMatch(/^\.\/dist\/man\//)
  })

  test.each(files)('%s is roff that every reader of man(7) takes', (file) => {
    const lines = read(file).trimEnd().split('\n')
    const title = file.slice(0, -2).toUpperCase().replaceAll('-', '\\-')
    expect(lines[0]).toContain(`.TH "${title}" ${file.at(-1)} "" "muster ${manifest.version}"`)
    for (const line of lines) {
      const [, macro] = /^[.'](\w*)/.exec(line) ?? []
      if (macro !== undefined) expect(macros, line).toContain(macro)
      expect(line, 'ASCII only, and no empty line').toMatch(/^[ -~]+$/)
      // Every escape is one that is meant, and every font is taken back.
      const known = /\\(\[(rs|aq|ga|ha|ti|dq|bu|u[0-9A-F]{4,6})\]|-|&|:|f[BIR])/g
      expect(line.replace(known, '')).not.toContain('\\')
      expect(line.match(/\\f[BI]/g)?.length ?? 0, line).toBe(line.match(/\\fR/g)?.length ?? 0)
    }
    const count = (macro: string) => lines.filter((line) => line.startsWith(`.${macro}`)).length
    expect(count('RS')).toBe(count('RE'))
    expect(count('nf')).toBe(count('fi'))
    expect(lines).toContain('.SH "NAME"')
  })

  test.each(files)('%s is taken by groff without a warning, if groff is there', (file) => {
    const path = new URL(file, folder).pathname
    const { error, stderr, status } = spawnSync('groff', ['-man', '-Tutf8', '-ww', '-z', path], {
      encoding: 'utf8',
    })
    if (error && 'code' in error && error.code === 'ENOENT') return
    expect(stderr).toBe('')
    expect(status).toBe(0)
  })

  test.each(pageNames)('muster-%s has every word of the topic', (name) => {
    const text = plain(read(`muster-${name}.7`))
    for (const words of parsePage(readPage(name)).blocks.flatMap(textsOf)) expect(text).toContain(words)
  })

  test('a line of the text never becomes a macro of roff', async () => {
    const { topicPage } = await import(new URL('.tools/man-pages.mjs', root).href)
    const page = parsePage("# Title\n\n.txt is an ending\n\n```\n.SH in code\n'quoted\n\\n\n\nend\n```\n")
    const lines: readonly string[] = topicPage('name', page).split('\n')
    const [from, to] = [lines.indexOf('.PP'), lines.lastIndexOf('.SH "SEE ALSO"')]
    expect(lines.slice(from, to)).toEqual([
      '.PP',
      '\\&.txt is an ending',
      '.PP',
      '.RS 4',
      '.nf',
      '\\&.SH in code',
      '\\[aq]quoted',
      '\\[rs]n',
      '\\&',
      'end',
      '.fi',
      '.RE',
    ])
  })

  test('muster.1 has every command, every option and every exit code', async () => {
    const text = plain(read('muster.1'))
    for (const { name, load } of commands) {
      expect(text).toContain(`\n.SS "muster ${name}`)
      for (const example of (await load()).examples) expect(text).toContain(`\n${example}\n`)
    }
    for (const words of parsePage(readPage('options')).blocks.flatMap(textsOf)) expect(text).toContain(words)
    for (const code of Object.values(exitCodes)) expect(text).toContain(`\n.TP\n${code}\n`)
    for (const name of pageNames) expect(text).toContain(`\nmuster-${name}(7)\n`)
  })
})

function textsOf(block: Block): readonly string[] {
  if (block.type === 'code') return block.lines
  if (block.type === 'table') return block.rows.flat().map(wordsOf)
  return [wordsOf(block.spans)]
}

function wordsOf(spans: Spans): string {
  return spans.map(({ text }) => text).join('')
}

/** Roff without fonts, its escapes as the letters that they stand for. */
function plain(roff: string): string {
  const letters: Readonly<Record<string, string>> = {
    bu: '•',
    rs: '\\',
    aq: "'",
    ga: '`',
    ha: '^',
    ti: '~',
    dq: '"',
  }
  return roff
    .replace(/\\f[BIR]|\\[&:]/g, '')
    .replaceAll('\\-', '-')
    .replace(
      /\\\[(\w+)\]/g,
      (_, name: string) => letters[name] ?? String.fromCodePoint(Number.parseInt(name.slice(1), 16)),
    )
}
