import {
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { keepTypedLine, readTypedLines } from '../../src/config/typed-lines.ts'
import { temporaryFolder } from '../helpers/temporary.ts'

function place() {
  const home = temporaryFolder()
  const folder = join(home, '.local/state/muster')
  const io = { env: {}, home }
  const keep = (text: string, what: 'filter' | 'command' = 'filter') => keepTypedLine(what, text, 3, io)
  return { folder, file: join(folder, 'history.json'), keep, read: () => readTypedLines(io) }
}

test('lines are kept by what they were typed for, the last one first and once, in a file that nobody else may read', () => {
  const { folder, file, keep, read } = place()
  expect(read()).toEqual({ filter: [], command: [], problem: null })
  for (const text of ['a', 'b', 'a', 'c']) keep(text)
  keep('volumes', 'command')
  expect(read()).toEqual({ filter: ['c', 'a', 'b'], command: ['volumes'], problem: null })
  expect(statSync(file).mode & 0o777).toBe(0o600)
  expect(statSync(folder).mode & 0o777).toBe(0o700)
  keep('d')
  expect(read().filter).toEqual(['d', 'c', 'a'])
})

test('a line with a secret in it is not kept', () => {
  const { file, keep, read } = place()
  keep('web')
  keep('AKIAIOSFODNN7EXAMPLE')
  keep("query [?Value=='wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY']", 'command')
  keep('tag:password=hunter2secret')
  expect(read()).toEqual({ filter: ['web'], command: [], problem: null })
  expect(readFileSync(file, 'utf8')).not.toMatch(/AKIA|wJalr|hunter/)
})

test.each(['{"filter": ["a"', '[]', '{"filter": "a", "command": []}', '{"filter": [1], "command": []}', ''])(
  'a file that is damaged is named and not believed, and the next line replaces it: %j',
  (text) => {
    const { folder, file, keep, read } = place()
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    writeFileSync(file, text, { mode: 0o600 })
    expect(read()).toMatchObject({ filter: [], command: [] })
    expect(read().problem).toContain(`${file} is damaged`)
    keep('web')
    expect(read()).toEqual({ filter: ['web'], command: [], problem: null })
  },
)

test('a folder in which others may write is neither read nor written', () => {
  const { folder, file, keep, read } = place()
  keep('web')
  const before = readFileSync(file)
  chmodSync(folder, 0o777)
  expect(read()).toMatchObject({ filter: [], problem: expect.stringContaining('other users may write') })
  keep('x')
  expect(readFileSync(file)).toEqual(before)
})

test('a file that others may write, or a link, is not believed', () => {
  const { file, keep, read } = place()
  keep('web')
  chmodSync(file, 0o622)
  expect(read()).toMatchObject({ filter: [], problem: expect.stringContaining('no file of yours alone') })
  const other = `${file}.other`
  writeFileSync(other, '{"filter":["planted"],"command":[]}')
  rmSync(file)
  symlinkSync(other, file)
  expect(read()).toMatchObject({ filter: [], problem: expect.stringContaining('no file of yours alone') })
})

test('a home that does not exist is not made', () => {
  const home = join(temporaryFolder(), 'nowhere')
  keepTypedLine('filter', 'web', 3, { env: {}, home })
  expect(existsSync(home)).toBe(false)
})
