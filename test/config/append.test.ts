import { spawnSync } from 'node:child_process'
import {
  existsSync,
  lstatSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { appendToFile } from '../../src/config/append.ts'
import { scriptOver, watched } from '../helpers/file-calls.ts'
import { temporaryFolder } from '../helpers/temporary.ts'

const now = Date.parse('2026-11-24T12:00:00Z')
const more = '[profile b]\nregion = x\n'

test.each([
  ['a line end', '[profile a]\nx = 1\n', '\n[profile b]\nregion = x\n'],
  ['no line end', '[profile a]\nx = 1', '\n\n[profile b]\nregion = x\n'],
  ['CRLF', '[profile a]\r\nx = 1\r\n', '\r\n[profile b]\r\nregion = x\r\n'],
  ['a BOM, tabs, no UTF-8', Buffer.from('efbbbf5b615d0a09783df0ff0a', 'hex'), '\n[profile b]\nregion = x\n'],
  ['nothing', '', '[profile b]\nregion = x\n'],
])('after a file with %s every byte is there, and the copy is what it was', (_, before, added) => {
  const file = join(temporaryFolder(), 'config')
  writeFileSync(file, before, { mode: 0o640 })
  const copy = appendToFile(file, more, now)
  const bytes = Buffer.from(before)
  expect(readFileSync(file)).toEqual(Buffer.concat([bytes, Buffer.from(added)]))
  expect(copy).toBe(`${file}.2026-11-24T120000Z.bak`)
  expect(readFileSync(copy ?? '')).toEqual(bytes)
  expect(statSync(file).mode & 0o777).toBe(0o640)
  expect(readdirSync(dirname(file))).toHaveLength(2)
})

test('a link is followed and stays a link; a second copy takes no other’s place', () => {
  const folder = temporaryFolder()
  const [real, link] = [join(folder, 'real'), join(folder, 'config')]
  writeFileSync(real, 'a\n')
  symlinkSync('real', link)
  appendToFile(link, more, now)
  const copy = appendToFile(link, more, now)
  expect(lstatSync(link).isSymbolicLink()).toBe(true)
  expect(readFileSync(real, 'utf8')).toBe(`a\n\n${more}\n${more}`)
  expect(copy).toBe(`${real}.2026-11-24T120000Z-2.bak`)
})

test('where there is no file one is made, for its owner alone', () => {
  const file = join(temporaryFolder(), '.aws/config')
  expect(appendToFile(file, more, now)).toBeNull()
  expect(readFileSync(file, 'utf8')).toBe(more)
  expect(statSync(file).mode & 0o777).toBe(0o600)
})

test('a folder in place of the file is reported, and nothing is left behind', () => {
  const folder = temporaryFolder()
  expect(() => appendToFile(folder, more, now)).toThrow(/cannot be written \(EISDIR\): it is as it was/)
  expect(existsSync(`${folder}.2026-11-24T120000Z.bak`)).toBe(false)
})

test('a file that another program makes at the last moment stays, and the user learns of it', async () => {
  const folder = temporaryFolder()
  const file = join(folder, 'config')
  const script = scriptOver('config/append.ts', `exports.appendToFile('${file}', 'mine', 0)`)
  const before = { call: 'link', writes: { file, text: 'theirs' } } as const
  const { err } = await watched(folder, script, { PATH: process.env.PATH ?? '' }, before)
  expect(err).toContain('config changed while it was being extended and is as it was left')
  expect(readFileSync(file, 'utf8')).toBe('theirs')
  expect(readdirSync(folder)).toEqual(['config'])
})

test('a pipe keeps nothing: it is refused, and stays', () => {
  const file = join(temporaryFolder(), 'config')
  expect(spawnSync('mkfifo', [file]).status).toBe(0)
  expect(() => appendToFile(file, more, now)).toThrow(/is a pipe or a device, which keeps nothing/)
  expect(readdirSync(dirname(file))).toEqual(['config'])
})
