import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { makePlainView } from '../../src/kinds.ts'
import type { Json } from '../../src/model.ts'
import { formatAnswer } from '../../src/output/format.ts'
import type { Format } from '../../src/output/format-names.ts'
import { answerView } from '../../src/query/answer.ts'
import { readLedger } from '../../src/store/ledger.ts'
import { openStore, type Store } from '../../src/store/open-store.ts'
import { openMachine } from '../commands/in-process.ts'
import { runAws } from '../helpers/run-aws.ts'
import { type AwsCli, askFormatters, awsCli1, awsCli2, pyenvRoot } from './aws-formatters.ts'
import { endToEnd, expressions } from './expressions.ts'

type Printed = readonly (readonly (string | null)[])[]

let machine: Awaited<ReturnType<typeof openMachine>>
let store: Store
beforeAll(async () => {
  machine = await openMachine({ accounts: 1, regions: 1, instances: 40 })
  expect((await machine.muster('sync')).code).toBe(0)
  store = openStore(machine.cache)
})
afterAll(async () => {
  store.close()
  await machine.close()
})

describe.skipIf(!awsCli1)('beside the AWS CLI v1 (skipped where it is not on the PATH)', () => {
  let theirs: Printed
  beforeAll(async () => {
    const document = JSON.parse(await aws(awsCli1, ['--output', 'json'])) as Json
    theirs = askFormatters(awsCli1 as AwsCli, { document, expressions, formats: ['json'] })
  })

  test.each(expressions)('json is the same, byte by byte: %s', (expression) => {
    expect(print(expression, 'json')).toBe(theirs[expressions.indexOf(expression)]?.[0])
  })

  test.each(endToEnd)('the built program prints the json that aws prints: %s', async (expression) => {
    const expected = await aws(awsCli1, ['--query', expression, '--output', 'json'])
    expect(await muster(expression, 'json')).toBe(expected)
  })
})

describe.skipIf(!awsCli2)('beside the AWS CLI v2 (skipped where /usr/bin/aws is not it)', () => {
  let theirs: Printed
  beforeAll(() => {
    // Version 2.9 knows fewer members than EC2 has: its formatters get all that there are.
    const document = JSON.parse(print('@', 'json')) as Json
    const formats = ['text', 'table', 'yaml']
    theirs = askFormatters(awsCli2 as AwsCli, { document, expressions, formats })
  })
  const formatsOf = (expression: string) => theirs[expressions.indexOf(expression)] ?? []

  test.each(expressions)('text is the same, byte by byte, where theirs does not fail: %s', (expression) => {
    const expected = formatsOf(expression)[0]
    if (expected === null)
      expect(expression).toMatch(/'text'/) // lists that mix objects with others: muster shows them
    else expect(print(expression, 'text')).toBe(expected)
  })

  test.each(expressions)('aws-table is their table, byte by byte, or says no: %s', (expression) => {
    const expected = formatsOf(expression)[1]
    if (expected !== null) expect(print(expression, 'aws-table')).toBe(expected)
    else expect(() => print(expression, 'aws-table')).toThrow(/use --output table, json or text/)
  })

  test('their table fails at some expressions, and not at most', () => {
    const failures = theirs.filter(([, table]) => table === null)
    expect(failures.length).toBeGreaterThan(3)
    expect(failures.length).toBeLessThan(15)
  })

  test.each(expressions)('yaml reads as the same value: %s', (expression) => {
    expect(parse(print(expression, 'yaml'))).toEqual(parse(formatsOf(expression)[2] ?? 'none'))
  })

  test.each(endToEnd.slice(1))('the built program prints what aws prints: %s', async (expression) => {
    const askAws = (output: string) => aws(awsCli2, ['--query', expression, '--output', output])
    expect(await muster(expression, 'text')).toBe(await askAws('text'))
    expect(await muster(expression, 'aws-table')).toBe(await askAws('table'))
    expect(parse(await muster(expression, 'yaml'))).toEqual(parse(await askAws('yaml')))
  })
})

test('the expressions are at least 60, each once', () => {
  expect(new Set(expressions).size).toBe(expressions.length)
  expect(expressions.length).toBeGreaterThanOrEqual(60)
})

/** What muster prints into a file or a pipe. */
function print(expression: string, format: Format): string {
  const view = {
    ...makePlainView('instances', { profiles: [], accounts: [], regions: [] }),
    expression,
    origin: false,
  }
  const answer = answerView(view, store, readLedger(store), null)
  return [...formatAnswer(answer, format, { columns: null, raw: false, colour: false })].join('')
}

async function muster(expression: string, format: Format): Promise<string> {
  const { code, out, err } = await machine.muster(
    'query',
    '--query',
    expression,
    '--no-origin',
    '--output',
    format,
  )
  expect(code, err).toBe(0)
  return out
}

/** Version 1 prints times as version 2 does only if its settings ask for it. */
async function aws(cli: AwsCli | null, words: readonly string[]): Promise<string> {
  const { accessKeyId = '', secretAccessKey = '' } = machine.endpoint.fleet.accounts[0] ?? {}
  const config = join(machine.home, 'aws-cli')
  writeFileSync(config, '[default]\ncli_timestamp_format = iso8601\n')
  const env = {
    ...machine.env,
    HOME: machine.home,
    AWS_CONFIG_FILE: config,
    AWS_SHARED_CREDENTIALS_FILE: join(machine.home, 'nowhere'),
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    PYENV_ROOT: pyenvRoot,
    PYTHONIOENCODING: 'utf8',
  }
  const where = ['--region', 'us-east-1', '--endpoint-url', machine.endpoint.url]
  const all = ['ec2', 'describe-instances', ...where, ...words]
  const { code, out, err } = await runAws(cli as AwsCli, all, env)
  expect(code, err).toBe(0)
  return out
}
