import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { machine } from './in-process.ts'

const found = "Reservations[].Instances[?State.Name=='running'][].InstanceId"
const nothing = "Reservations[].Instances[?State.Name=='nowhere'][].InstanceId"

describe('--exit-code', () => {
  test('says 5 if a complete answer has rows, and 0 if it has none', async () => {
    const on = await machine()
    const rows = await on.start('query', found, '--exit-code', '--output', 'json').ended
    expect(rows.code).toBe(5)
    expect((JSON.parse(rows.out) as string[]).length).toBeGreaterThan(0)
    expect(await on.muster('query', nothing, '--exit-code', '--output', 'json')).toMatchObject({
      code: 0,
      out: '[]\n',
    })
    expect((await on.muster('query', found)).code).toBe(0)
    for (const format of ['table', 'csv', 'text', 'yaml', 'ndjson', 'aws-table']) {
      expect((await on.muster('query', '--exit-code', '--output', format)).code, format).toBe(5)
      const filtered = ['query', '--filter', 'nowhere', '--exit-code', '--output', format]
      expect((await on.muster(...filtered)).code, format).toBe(0)
    }
  })

  test('stays 3 for an incomplete answer, with rows and without, and 4 without credentials', async () => {
    const on = await machine()
    expect((await on.muster('query', nothing, '--exit-code', '--offline')).code).toBe(3)
    expect((await on.muster('sync', '--account', on.endpoint.fleet.accounts[0]?.id ?? '')).code).toBe(0)
    const part = await on.muster('query', found, '--exit-code', '--offline')
    expect(part.out).not.toBe('')
    expect(part.code).toBe(3)
    const unknown = await machine({ faults: [{ fault: 'auth-failure' }] })
    const unsigned = await unknown.muster('query', nothing, '--exit-code')
    expect(unsigned.code).toBe(4)
  })

  test('knows rows that a table without columns cannot show', async () => {
    const on = await machine()
    const words = ['Reservations[].Instances[].{A: InstanceId}', '--columns', 'tag:*', '--exit-code']
    expect(await on.muster('query', ...words)).toMatchObject({ code: 5, out: '' })
  })

  test('is for exports, documents and --live as well', async () => {
    const on = await machine()
    const file = join(on.home, 'a.csv')
    expect((await on.muster('export', found, '--to', file, '--exit-code')).code).toBe(5)
    expect(readFileSync(file, 'utf8')).toContain('i-')
    expect((await on.muster('export', nothing, '--to', file, '--force', '--exit-code')).code).toBe(0)
    expect((await on.muster('query', found, '--live', '--exit-code')).code).toBe(5)
    expect((await on.muster('query', nothing, '--live', '--exit-code')).code).toBe(0)
  })

  test.each([
    ['[1]', 5],
    ['[]', 0],
    ['null', 0],
    ['false', 0],
    ['true', 5],
    ['0', 0],
    ['0.0', 0],
    ['12', 5],
    ['1.50', 5],
    ['""', 0],
    ['"a"', 5],
    ['{}', 0],
    ['{"a": null}', 5],
  ])('of a document that is %s says %i', async (text, code) => {
    const on = await machine()
    const file = join(on.home, 'a.json')
    writeFileSync(file, text)
    expect((await on.muster('query', '@', '--input', file, '--exit-code')).code).toBe(code)
  })
})
