import { describe, expect, test } from 'vitest'
import { commands } from '../../src/cli.ts'
import { exitCodes } from '../../src/errors.ts'
import { formatPage } from '../../src/help/format-page.ts'
import { parsePage } from '../../src/help/markdown.ts'
import { runInProcess } from '../commands/in-process.ts'
import { keptCode, launch, program } from '../commands/program.ts'
import { temporaryFolder } from '../helpers/temporary.ts'
import { openWith } from '../ui/terminal.ts'
import { pageNames, readPage } from './pages.ts'

const machine = { env: {}, home: '/nowhere' }
const help = (...words: string[]) => runInProcess(machine, 'help', ...words)

describe('muster help', () => {
  test('lists every topic with its title, and the commands', async () => {
    const { code, out, err } = await help()
    expect(code).toBe(exitCodes.done)
    expect(err).toBe('')
    for (const name of pageNames) {
      const [, title = ''] = /^# (.*)/.exec(readPage(name)) ?? []
      expect(out).toMatch(new RegExp(`^  ${name} +${quoted(title)}$`, 'm'))
    }
    for (const { name } of commands) expect(out).toMatch(new RegExp(`^commands: .*\\b${name}\\b`, 'm'))
  })

  test.each(pageNames)('TOPIC prints %s as plain text without a terminal', async (name) => {
    const { code, out } = await help(name)
    expect(code).toBe(exitCodes.done)
    expect(out).toBe(formatPage(parsePage(readPage(name)), { columns: null, colour: false }))
    expect(out).not.toContain('\u001b')
    expect(out).not.toMatch(/<!--|\]\(|^\|.*\|$|^```|\*\*/m)
    expect(out.length).toBeGreaterThan(200)
  })

  test('takes the words of a topic as well: muster help page by page', async () => {
    expect(await help('page', 'by', 'page')).toEqual(await help('page-by-page'))
  })

  test.each(commands.map(({ name }) => name))('COMMAND is the help of the command: %s', async (name) => {
    const { code, out } = await help(name)
    expect(code).toBe(exitCodes.done)
    expect(out).toMatch(new RegExp(`^usage: muster ${name}\\b`))
    expect(out).toBe((await runInProcess(machine, name, '--help')).out)
    const [, topics = ''] = /\nsee also: muster help(.*)\n$/.exec(out) ?? []
    for (const topic of topics.split(', ').filter((each) => each.trim() !== ''))
      expect(pageNames).toContain(topic.trim())
  })

  test('of the doctor names the page with its rules', async () => {
    expect((await help('doctor')).out).toMatch(/\nsee also: muster help rules\n$/)
  })

  test.each([
    ['formts', "There is no command or topic 'formts'; did you mean 'formats'? See muster help."],
    ['exprot', "There is no command or topic 'exprot'; did you mean 'export'? See muster help."],
    ['weather', "There is no command or topic 'weather'. See muster help."],
    ['../../README', "There is no command or topic '../../README'. See muster help."],
  ])('TOPIC that does not exist is a usage error with the nearest: %s', async (word, message) => {
    expect(await help(word)).toEqual({
      code: exitCodes.usage,
      signal: null,
      out: '',
      err: `muster: ${message}\n`,
    })
  })

  test('is in the program that is built', async () => {
    const home = temporaryFolder()
    const env = { HOME: home, ...keptCode() }
    const { code, out } = await launch(process.execPath, [program, 'help', 'formats'], env).ended
    expect(code).toBe(0)
    expect(out).toBe((await help('formats')).out)
  })

  test('fits the terminal, with bold headings', async () => {
    const home = temporaryFolder()
    const env = { HOME: home, PATH: process.env.PATH ?? '', TERM: 'xterm-256color', ...keptCode() }
    const run = openWith({ env, home }, [60, 200], {}, process.execPath, [program, 'help', 'order'])
    expect(await run.ended).toMatchObject({ code: 0 })
    const lines = run.lines().map((line) => line.trimEnd())
    expect(lines[0]).toBe('The order of values')
    expect(run.cell(0, 0)).toMatchObject({ bold: true })
    const page = formatPage(parsePage(readPage('order')), { columns: 60, colour: true })
    expect(lines.join('\n').trimEnd()).toBe(plain(page).trimEnd())
  })
})

describe('a page on a terminal', () => {
  test.each(pageNames)('%s is never wider than the terminal, but for code', (name) => {
    const page = parsePage(readPage(name))
    for (const columns of [40, 80, 132]) {
      const text = formatPage(page, { columns, colour: false })
      const code = new Set(page.blocks.flatMap((block) => (block.type === 'code' ? block.lines : [])))
      for (const line of text.split('\n')) {
        if (!code.has(line.slice(4))) expect([...line].length, line).toBeLessThanOrEqual(columns)
      }
    }
  })

  test.each(pageNames)('%s loses no word, whatever the width', (name) => {
    const page = parsePage(readPage(name))
    const wide = formatPage(page, { columns: 10_000, colour: false })
    for (const columns of [30, 80]) {
      const narrow = formatPage(page, { columns, colour: false })
      expect(lettersOf(narrow)).toEqual(lettersOf(wide))
    }
    expect(lettersOf(plain(formatPage(page, { columns: 80, colour: true })))).toEqual(lettersOf(wide))
  })

  const page = parsePage(
    [
      '# Title\n\n<!-- commands: query, sync -->\n\n![A picture](x.svg)\n',
      'A **bold** word, `code | here` and ``a`b``; see [`muster help keys`](keys.md) or',
      '[npm](https://npmjs.com).\n\n## A heading with `code`\n',
      '| name | meaning of it |\n|---|---|\n| `a\\|b` | one two three four |\n| long-name | x |\n',
      '- first item\n  goes on\n- second\n\n```\n$ code   as it is\n\n```\nThe end.',
    ].join('\n'),
  )

  test('has aligned columns, indented code, items and links as text', () => {
    expect(page.commands).toEqual(['query', 'sync'])
    expect(formatPage(page, { columns: 30, colour: false })).toBe(`Title

A bold word, \`code | here\` and
\`\`a\`b\`\`; see \`muster help
keys\` or npm
(https://npmjs.com).

A heading with code

name       meaning of it
\`a|b\`      one two three four
long-name  x

  - first item goes on
  - second

    $ code   as it is


The end.
`)
  })

  test('breaks cells that do not fit into lines', () => {
    const table = page.blocks.filter(({ type }) => type === 'table')
    expect(formatPage({ ...page, blocks: table }, { columns: 20, colour: false })).toBe(`Title

name       meaning
           of it
\`a|b\`      one two
           three
           four
long-name  x
`)
  })

  test('has bold headings and coloured code instead of ticks, when it is coloured', () => {
    const text = formatPage(page, { columns: 60, colour: true })
    expect(text).toContain('\u001b[1mTitle\u001b[22m\n')
    expect(text).toContain('\u001b[1mA\u001b[22m \u001b[1mheading\u001b[22m')
    expect(text).toContain('\u001b[36mcode\u001b[39m \u001b[36m|\u001b[39m \u001b[36mhere\u001b[39m')
    expect(plain(text)).toContain('A bold word, code | here and a`b; see')
  })
})

function plain(text: string): string {
  return text.replace(/\u001b\[\d+m/g, '')
}

/** How often each character is there, without blanks and ticks. */
function lettersOf(text: string): ReadonlyMap<string, number> {
  const counts = new Map<string, number>()
  for (const letter of text.replace(/[\s`]/g, '')) counts.set(letter, (counts.get(letter) ?? 0) + 1)
  return new Map([...counts].sort())
}

function quoted(text: string): string {
  return text.replace(/[()[\]{}.*+?|^$\\]/g, '\\$&')
}
