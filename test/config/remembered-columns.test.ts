import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { expect, test } from 'vitest'
import { columnsFile, readColumns, rememberColumns } from '../../src/config/remembered-columns.ts'
import { temporaryFolder } from '../helpers/temporary.ts'

const chosen = { columns: ['Name', 'tag:a,b', 'Placement.Tenancy'], widths: { Name: 30 } }

function home() {
  const io = { env: {}, home: temporaryFolder() }
  const file = columnsFile(io)
  mkdirSync(dirname(file), { recursive: true })
  return { io, file, folder: dirname(file) }
}

test('columns are kept by kind, for their owner alone', () => {
  const { io, file } = home()
  expect(readColumns(io)).toEqual({ kinds: {}, problem: null })
  rememberColumns(io, 'instances', chosen)
  rememberColumns(io, 'volumes', { columns: null, widths: { Size: 9 } })
  expect(readColumns(io).kinds).toEqual({
    instances: chosen,
    volumes: { columns: null, widths: { Size: 9 } },
  })
  expect(statSync(file).mode & 0o777).toBe(0o600)
  rememberColumns(io, 'instances', null)
  expect(readColumns(io)).toEqual({
    kinds: { volumes: { columns: null, widths: { Size: 9 } } },
    problem: null,
  })
})

test.each([
  ['cut off', '{"instances": {"columns": ["Na'],
  ['empty', ''],
  ['a list', '[1]'],
])('a file that is %s is named and ignored, and what it held is never lost', (_, text) => {
  const { io, file, folder } = home()
  writeFileSync(file, text)
  expect(readColumns(io).kinds).toEqual({})
  expect(readColumns(io).problem).toContain(file)
  expect(readFileSync(file, 'utf8')).toBe(text)
  expect(rememberColumns(io, 'instances', chosen)).toBe(`${file}.damaged`)
  expect(readFileSync(`${file}.damaged`, 'utf8')).toBe(text)
  expect(readColumns(io)).toEqual({ kinds: { instances: chosen }, problem: null })
  writeFileSync(file, 'again')
  expect(rememberColumns(io, 'instances', chosen)).toBe(`${file}.damaged-2`)
  expect(readdirSync(folder).sort()).toEqual([
    'columns.json',
    'columns.json.damaged',
    'columns.json.damaged-2',
  ])
})

test.each([
  [{ columns: 'Name' }],
  [{ columns: [] }],
  [{ columns: [1] }],
  [{ columns: ['Name'], widths: { Name: -3 } }],
  [{ columns: ['Name'], widths: { Name: 1e9 } }],
  [7],
])('what is wrong about one kind (%j) is named, and the others are as they were chosen', (wrong) => {
  const { io, file } = home()
  writeFileSync(file, JSON.stringify({ instances: wrong, volumes: chosen }))
  expect(readColumns(io).kinds).toEqual({ volumes: chosen })
  expect(readColumns(io).problem).toMatch(/columns\.json is wrong about instances/)
  rememberColumns(io, 'instances', chosen)
  expect(JSON.parse(readFileSync(`${file}.damaged`, 'utf8'))).toEqual({ instances: wrong, volumes: chosen })
  expect(readColumns(io).kinds).toEqual({ instances: chosen, volumes: chosen })
})

test('a file that cannot be read is named, and is not written over', () => {
  const { io, file } = home()
  mkdirSync(file)
  expect(readColumns(io).problem).toMatch(/Cannot read .*columns\.json/)
  expect(() => rememberColumns(io, 'instances', chosen)).toThrow(/columns\.json/)
  expect(existsSync(`${file}.damaged`)).toBe(false)
})
