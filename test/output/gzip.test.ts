import { execFileSync } from 'node:child_process'
import { gunzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { loadFileWriter } from '../../src/app/file-writers.ts'
import { formatAnswer } from '../../src/output/format.ts'
import { temporaryFolder } from '../helpers/temporary.ts'
import { aboutRows, answerOfRows, fuzzedColumns, fuzzRows } from './fuzzed-rows.ts'

const rows = fuzzRows(5000, 1)

describe.each([
  ['csv.gz', 'csv'],
  ['ndjson.gz', 'ndjson'],
] as const)('%s', (packed, plain) => {
  const text = [
    ...formatAnswer(answerOfRows(fuzzedColumns, rows), plain, { columns: null, raw: false, colour: false }),
  ].join('')

  test('is the bytes of the plain format to gzip itself, which checks sum and size', async () => {
    const bytes = await write(packed)
    expect(bytes.length).toBeLessThan(text.length)
    const unpacked = execFileSync('gzip', ['-dc'], { input: bytes, maxBuffer: 1e9 })
    expect(unpacked.equals(Buffer.from(text))).toBe(true)
  })

  test('is one member, behind which no reader stops too early', async () => {
    const bytes = await write(packed)
    const script =
      'import sys,zlib; d=zlib.decompressobj(31); t=d.decompress(sys.stdin.buffer.read()); sys.stdout.write(f"{len(t)} {d.eof} {len(d.unused_data)}")'
    const found = execFileSync('python3', ['-c', script], { input: bytes, encoding: 'utf8' })
    expect(found).toBe(`${Buffer.byteLength(text)} True 0`)
  })

  test('is the same bytes for the same rows', async () => {
    expect((await write(packed)).equals(await write(packed))).toBe(true)
  })
})

test('an empty answer is a valid file', async () => {
  const write = await loadFileWriter('ndjson.gz')
  const bytes = Buffer.concat([...write(answerOfRows(['A'], []), aboutRows(temporaryFolder()))])
  expect(gunzipSync(bytes).length).toBe(0)
})

async function write(format: 'csv.gz' | 'ndjson.gz'): Promise<Buffer> {
  const writer = await loadFileWriter(format)
  return Buffer.concat([...writer(answerOfRows(fuzzedColumns, rows), aboutRows(temporaryFolder()))])
}
