import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import * as sdk from '@aws-sdk/client-ec2'
import { describe, expect, test } from 'vitest'
import { shownOption } from '../../src/app/options.ts'
import { listedCalls } from '../../src/aws/listed-calls.ts'
import { commands } from '../../src/cli.ts'
import { faultClasses, parseSettings } from '../../src/config/settings.ts'
import { rules } from '../../src/doctor/rules.ts'
import { exitCodes } from '../../src/errors.ts'
import { parsePage } from '../../src/help/markdown.ts'
import { kinds, listKinds } from '../../src/kinds.ts'
import { fileFormats } from '../../src/output/format-names.ts'
import { readSavedFiles, selectUsableQueries } from '../../src/query/saved.ts'
import { bindings } from '../../src/ui/keys/all-keys.ts'
import { madeParts, uncovered, withMadeParts } from './made-parts.ts'
import { pageFile, pageNames, readPage } from './pages.ts'

describe('the reference', () => {
  test.each([...new Set(Object.values(madeParts).map(({ page }) => page))])(
    'has in %s what the program has today',
    async (name) => {
      const made = await withMadeParts(name, readPage(name))
      if (process.env.TAKE_SCREENS) writeFileSync(pageFile(name), made)
      expect(readPage(name), 'make it anew with `npm run screens`').toBe(made)
    },
  )

  test('has every command and every option of it', async () => {
    for (const { name, load } of commands) {
      const command = await load()
      expect(readPage('commands')).toContain(`\n## muster ${name}`)
      for (const example of command.examples) expect(readPage('commands')).toContain(`\n${example}\n`)
      for (const option of command.options) {
        const { flag } = shownOption(option)
        const [row = ''] = readPage('options')
          .split('\n')
          .filter((line) => line.startsWith(`| \`${flag}${shownOption(option).value === null ? '`' : ' '}`))
        expect(row, `${name} ${flag}`).toContain(name)
      }
    }
  })

  test('has every key', () => {
    const rows = cellsOf('keys')
    for (const { keys, does } of bindings) {
      const row = rows.find(
        ([cell, text]) => text === does && keys.every((key) => cell?.includes(shownKey(key))),
      )
      expect(row, `${keys.join(' ')}: ${does}`).toBeDefined()
    }
  })

  test('has every exit code, and no other', () => {
    expect(firstCells('exit-codes').map(Number)).toEqual(Object.values(exitCodes))
  })

  test('has every setting, and no other', () => {
    expect(firstCells('settings').sort()).toEqual(Object.keys(parseSettings({}, 'config.json')).sort())
  })

  test('has the defaults of the settings', () => {
    const given = cellsOf('settings').flatMap(([key = '', , written = '']) => {
      const value = /^(?:\d+|true|false)$/.test(written) ? JSON.parse(written) : written
      // The others are words, such as `none`.
      return readPage('settings').includes(` \`${written}\` |\n`) ? [[key, value]] : []
    })
    expect(given.length).toBe(6)
    expect(parseSettings(Object.fromEntries(given), 'config.json')).toEqual(parseSettings({}, 'config.json'))
  })

  test('has every class of fault, and no other', () => {
    expect(firstCells('faults').sort()).toEqual(Object.keys(faultClasses).sort())
  })

  test('has every format, and no other, with what it prints and with its endings', () => {
    const tables = parsePage(readPage('formats')).blocks.filter(({ type }) => type === 'table')
    expect(tables).toHaveLength(3)
    expect(firstCells('formats').sort()).toEqual([...fileFormats, ...fileFormats].sort())
  })

  test('has every saved query, with its title', () => {
    const shipped = new URL('../../queries', import.meta.url).pathname
    const queries = selectUsableQueries(readSavedFiles({ shipped, own: '/nowhere' }))
    expect(queries.length).toBeGreaterThan(15)
    for (const { name, title } of queries)
      expect(readPage('saved-queries')).toContain(`| \`${name}\` | ${title} |`)
  })

  test('has every rule of the doctor', () => {
    expect(firstCells('rules').sort()).toEqual(rules.map(({ code }) => code).sort())
    for (const { code, severity, about } of rules)
      expect(readPage('rules')).toContain(`| \`${code}\` | ${severity} | ${about} |`)
  })

  test('has every kind, with its columns', () => {
    for (const { name, columns } of kinds) {
      const [, section = ''] = readPage('all-columns').split(`\n## ${name}\n`)
      const names = columns.map((column) => `\n| \`${column.name}\` | ${column.type} |`)
      for (const row of names) expect(section.split('\n## ')[0], name).toContain(row)
    }
    const lines = readPage('all-columns').split('\n')
    for (const { name, columns } of listKinds().filter((kind) => !kinds.includes(kind))) {
      const line = lines.find((each) => each.startsWith(`- \`${name}\`, from `)) ?? ''
      for (const column of columns) expect(line, name).toContain(`\`${column.name}\` ${column.type}`)
    }
  })

  test('has every kind with its operation and id, and every operation that is no kind with the reason', () => {
    const page = readPage('all-kinds')
    const lines = new Set(page.split('\n'))
    for (const { name, operation, id, made } of listKinds()) {
      const own = made === 'from the schema' ? `- \`${name}\`: \`${operation}\`, \`${id}\`` : `### ${name}`
      expect(
        [...lines].some((line) => line.startsWith(own)),
        own,
      ).toBe(true)
    }
    for (const kind of kinds) {
      const [, first = ''] = page.split(`\n### ${kind.name}\n\n`)
      expect(first.split('\n')[0]).toContain(`\`${kind.operation}\``)
      expect(first.split('\n')[0]).toContain(`.${kind.id}\``)
    }
    for (const { operation, reason } of uncovered)
      expect(lines.has(`| \`${operation}\` | ${reason} |`), operation).toBe(true)
    const operations = new Set(page.match(/(?<=`)Describe\w+(?=`)/g))
    const described = Object.keys(sdk).flatMap((name) => /^(Describe.*)Command$/.exec(name)?.[1] ?? [])
    expect([...operations].sort()).toEqual(described.sort())
  })

  test('has the table, the states and the saved queries of each kind that was made by hand', () => {
    const shipped = new URL('../../queries', import.meta.url).pathname
    const queries = selectUsableQueries(readSavedFiles({ shipped, own: '/nowhere' }))
    for (const kind of kinds) {
      const [, rest = ''] = readPage('all-kinds').split(`\n### ${kind.name}\n`)
      const [section = ''] = rest.split('\n##')
      const states = Object.keys(kind.state?.meanings ?? {})
      const own = queries
        .filter((query) => [query.kind, ...query.otherKinds].includes(kind.name))
        .map(({ name }) => name)
      for (const name of [...kind.table, ...states, ...own]) expect(section).toContain(`\`${name}\``)
    }
  })

  test('has in its IAM policy what may be sent of EC2, and names every other call', () => {
    const [, json = ''] = /```json\n([\s\S]*?)```/.exec(readPage('iam')) ?? []
    const { Statement } = JSON.parse(json) as { Statement: { Effect: string; Action: string[] }[] }
    expect([...new Set(Statement.map(({ Effect }) => Effect))]).toEqual(['Allow'])
    const actions = Statement.flatMap(({ Action }) => Action)
    const operations = [...listKinds().map(({ operation }) => operation), 'DescribeRegions']
    expect([...actions].sort()).toEqual(operations.map((operation) => `ec2:${operation}`).sort())
    const names = listedCalls.map(({ name }) => name)
    expect(actions).toEqual(expect.arrayContaining(names.filter((name) => name.startsWith('ec2:'))))
    expect(firstCells('iam')).toEqual(names.filter((name) => !name.startsWith('ec2:')))
  })
})

describe('a page of the reference', () => {
  test.each(pageNames)('%s has a title, and is written in the Markdown that muster help prints', (name) => {
    const text = readPage(name)
    expect(text).toMatch(/^# \S.*\n\n/)
    const prose = text.replace(/```[\s\S]*?```/g, '')
    expect(prose.match(/^# /gm)?.length, 'one title').toBe(1)
    // No numbered lists, no quotes, no lists in lists, no HTML, no emphasis by one sign.
    expect(prose).not.toMatch(/^\d+\. |^> |^ {2,}[-*] |^\* |^<(?!!--)/m)
    for (const block of parsePage(text).blocks) {
      if (block.type !== 'table') continue
      for (const row of block.rows) expect(row.length, JSON.stringify(row)).toBe(block.header.length)
    }
  })

  test.each(pageNames)('%s leads to pages, pictures and commands that exist', (name) => {
    const text = readPage(name)
    const prose = text.replace(/```[\s\S]*?```/g, '')
    for (const [, label = '', target = ''] of prose.matchAll(/\[([^\]]*)\]\(([^)#]+)\)/g)) {
      if (/^https:/.test(target)) continue
      expect(existsSync(new URL(target, pageFile(name))), target).toBe(true)
      // The terminal shows the text alone.
      if (target.endsWith('.md')) expect(label).toBe(`\`muster help ${target.replace('.md', '')}\``)
    }
    const names = commands.map((command) => command.name)
    for (const command of parsePage(text).commands) expect(names).toContain(command)
  })

  test('never has the name of a command, so that muster help NAME means one thing', () => {
    for (const { name } of commands) expect(pageNames).not.toContain(name)
  })
})

test('the README lists every page of the reference, and each link in it leads somewhere', () => {
  const root = new URL('../../', import.meta.url)
  const readme = readFileSync(new URL('README.md', root), 'utf8')
  const listed = [...readme.matchAll(/^\| \[(.*?)\]\(src\/help\/(.*?)\.md\) \|/gm)]
  expect(listed.map(([, label]) => label).sort()).toEqual([...pageNames].sort())
  for (const [, label, target] of listed) expect(target).toBe(label)
  for (const [, target = ''] of readme.matchAll(/\]\(([^)#]+)/g))
    expect(existsSync(new URL(target, root)), target).toBe(true)
})

/** The rows of all tables of a page, without their headers, each cell without its ticks. */
function cellsOf(name: string): readonly (readonly string[])[] {
  return parsePage(readPage(name)).blocks.flatMap((block) =>
    block.type === 'table'
      ? block.rows.map((row) => row.map((spans) => spans.map(({ text }) => text).join('')))
      : [],
  )
}

function firstCells(name: string): string[] {
  return cellsOf(name).map(([first = '']) => first)
}

function shownKey(key: string): string {
  return key === 'O' ? 'shift-o' : key
}
