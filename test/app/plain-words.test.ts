import { parseArgs } from 'node:util'
import { expect, test } from 'vitest'
import { readPlainWords } from '../../src/app/options.ts'
import { below, pick, random } from '../jmespath/fleet.ts'

const options = {
  profile: { type: 'string', multiple: true },
  output: { type: 'string', multiple: true },
  offline: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const
const words: readonly [string, ...string[]] = [
  'query',
  ...['running', '', '@', '--', '-', '-h', '-x', '-hx', '--no-offline', '--nothing', '--__proto__'],
  ...['--profile', '--profile', '--output', '--offline', '--help', '--profile=a', '--output=', '--offline=1'],
]

test('words that are read without parseArgs, which takes long to load, are read as it reads them, for 5,000 lines', () => {
  const next = random(20_261_127)
  let read = 0
  for (let round = 0; round < 5_000; round += 1) {
    const args = Array.from({ length: below(next, 7) }, () => pick(next, words))
    const plain = readPlainWords(args, options)
    if (plain === null) continue
    read += 1
    const { values, positionals } = parseArgs({ args, options, allowPositionals: true, strict: true })
    expect(plain, args.join(' ')).toEqual({ values: { ...values }, positionals })
  }
  expect(read).toBeGreaterThan(500)
})
