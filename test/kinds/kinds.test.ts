import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { kinds, originFields } from '../../src/kinds.ts'
import { setIdOf } from '../../src/store/column-sets.ts'
import editions from './editions.json' with { type: 'json' }

const source = new URL('../../src', import.meta.url).pathname

describe.each(kinds)('the kind $name', (kind) => {
  test('grows its edition by one with every release that changes its columns', () => {
    const recorded = (editions as Record<string, readonly string[]>)[kind.name]
    const line = `"${kind.name}": ${JSON.stringify([...(recorded ?? []), setIdOf(kind)])}`
    expect(recorded?.[kind.edition - 1], `test/kinds/editions.json needs the line ${line}`).toBe(
      setIdOf(kind),
    )
  })

  test('has a column that holds its id, as text', () => {
    expect(kind.columns).toContainEqual(
      expect.objectContaining({ name: kind.id, expression: kind.id, type: 'text' }),
    )
  })

  test('shows columns that it has, and knows its own state', () => {
    const names = [...kind.columns.map(({ name }) => name), ...originFields]
    expect(names).toEqual(expect.arrayContaining([...kind.table, ...kind.spare]))
    if (kind.state) expect(names).toContain(kind.state.column)
  })

  test('has columns whose names differ for SQLite, and which the store does not use itself', () => {
    const names = [
      ...kind.columns.map(({ name }) => name.toLowerCase()),
      ...originFields,
      'synced_at',
      'document',
    ]
    expect(new Set(names).size).toBe(names.length)
    for (const name of names) expect(name).not.toMatch(/^_/)
  })
})

describe('outside kinds/, demo/ and queries/', () => {
  const files = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter(
    (name) => /\.tsx?$/.test(name) && !/^(kinds\b|demo\/)/.test(name),
  )
  /** Words that belong to no kind: the tag that every kind may have, and the names of the origin columns. */
  const common = new Set<string>(['Name', ...originFields])
  const own = kinds.flatMap(({ name, operation, list, nested, id, columns }) => [
    name,
    operation,
    list,
    ...(nested ? [nested.list, nested.id] : []),
    id,
    ...columns.map((column) => column.name),
  ])
  /** The table of scopes, and what show prints, have a column of that name; what a released version wrote does not change any more. */
  const exempt = (file: string, word: string) =>
    file === 'store/migrations.ts' ||
    // The title of the list of what `muster queries check` found.
    (word === 'Checks' && file === 'commands/queries/check-queries.ts') ||
    // An attribute of a relationship, as ECMA-376 calls it.
    (word === 'Type' && file === 'output/xlsx.ts') ||
    (word === 'State' &&
      /^(app\/scope-rows|ui\/reader\/shown-rows|mentions\/description|commands\/show-text)\.ts$/.test(file))

  test.each(files)('%s names no kind and none of its members', (file) => {
    const named = namesIn(readFileSync(join(source, file), 'utf8'))
    for (const word of new Set(own)) {
      if (common.has(word) || exempt(file, word)) continue
      expect(named, word).not.toMatch(new RegExp(`(?<![\\w-])${word}(?![\\w-])`))
    }
  })
})

/** The parts of a code that may name a member: texts, keys and members that are read. Types and comments are free. */
function namesIn(text: string): string {
  const code = text.replace(/^\s*(\/\*\*.*\*\/|\/\/.*|\/?\*.*)$/gm, '').replace(/ \/\/ .*$/gm, '')
  const texts = /'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"|`(?:[^`\\]|\\.)*`|\.\w+|\b\w+:/g
  return (code.match(texts) ?? []).join('\n')
}
