import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { printedFormats } from '../../src/output/format-names.ts'
import { openWith } from '../ui/terminal.ts'
import { openMachine } from './in-process.ts'
import { type Machine, program } from './program.ts'

/** Gives the window a title, rings, clears, and begins a sequence in one byte. */
const harmful = '\u001b]0;owned\u0007\u001b[2J\u009b31m\u007f'
const value = `v${harmful}`
const document = { rows: [{ [`k${harmful}`]: value, list: [value], [`o${harmful}`]: { [value]: value } }] }

let on: Machine & { readonly close: () => Promise<void> }
beforeAll(async () => {
  on = await openMachine()
  mkdirSync(join(on.home, '.config/muster/queries'), { recursive: true })
  writeFileSync(join(on.home, `title${harmful}.json`), JSON.stringify(document))
  writeFileSync(
    join(on.home, '.config/muster/queries/own.jmespath'),
    `# ${harmful}\n# title: T${harmful}\nReservations[].Instances[].[InstanceId, '${harmful}']\n`,
  )
})
afterAll(() => on.close())

describe('no control character of others reaches a terminal', () => {
  const input = () => join(on.home, `title${harmful}.json`)
  const everyFormat = printedFormats.flatMap((format) =>
    ['@', 'rows', 'rows[0]', 'rows[].list[]'].map((expression) => [
      `${expression} of a document as ${format}`,
      () => ['query', '--query', expression, '--input', input(), '--output', format],
    ]),
  ) as [string, () => string[]][]

  test.each<[string, () => string[]]>([
    ...everyFormat,
    ['the title of the table', () => ['query', 'rows', '--input', input(), '--output', 'aws-table']],
    ['a column', () => ['query', 'rows', '--input', input(), '--columns', `"k${harmful}"`]],
    ['an error in an expression', () => ['query', `rows[ ${harmful}`, '--input', input()]],
    ['a hint', () => ['query', `Reservations[].Instances[?"${harmful}"]."x${harmful}"`, '--offline']],
    ['a literal', () => ['query', `Reservations[].Instances[].['${harmful}']`, '--output', 'text']],
    ['a filter', () => ['query', '--filter', harmful]],
    ['a sort', () => ['query', '--sort', harmful, '--columns', `InstanceId,'${harmful}'`]],
    ['the name of an export', () => ['export', '--force', '--to', join(on.home, `x${harmful}.csv`)]],
    ...['/dev/tty', '/dev/stdout'].map((file): [string, () => string[]] => [
      `an export to ${file}`,
      () => ['export', `Reservations[].Instances[].['${harmful}']`, '--to', file, '--output', 'text'],
    ]),
    ['the name of the cache', () => ['sync', '--cache', join(on.home, `c${harmful}.db`)]],
    ['a list of saved queries', () => ['queries']],
    ['a saved query', () => ['queries', 'show', 'own']],
    ['a check of saved queries', () => ['queries', 'check', 'own']],
    ['the answer of a saved query', () => ['query', 'own']],
  ])('%s', async (_, words) => {
    const terminal = openWith(on, [200, 40], {}, process.execPath, [program, ...words()])
    await terminal.ended
    // What muster itself draws: bold headers, and the end of a line that it clears.
    const written = terminal.raw().replaceAll(/\u001b\[(?:1m|22m|K)|[\r\n]/g, '')
    expect(written).not.toBe('')
    expect(written).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/)
  })
})

test.each([
  ['text', `${value}\n`],
  ['json', `[\n    ${JSON.stringify(value)}\n]\n`],
])('into a pipe %s keeps the bytes that the AWS CLI writes', async (format, out) => {
  const input = join(on.home, `title${harmful}.json`)
  const ended = await on.muster('query', 'rows[].list[]', '--input', input, '--output', format)
  expect(ended).toMatchObject({ out, err: '', code: 0 })
})

test('into a pipe aws-table keeps the bytes that the AWS CLI writes', async () => {
  const input = join(on.home, `title${harmful}.json`)
  const { out } = await on.muster('query', 'rows[].list[]', '--input', input, '--output', 'aws-table')
  expect(out).toContain(`|  ${value}`)
  expect(out).toContain(`title${harmful}`)
})
