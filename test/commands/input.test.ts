import { spawn } from 'node:child_process'
import { readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import type { Json } from '../../src/model.ts'
import { temporaryFolder } from '../helpers/temporary.ts'
import { type AwsCli, askFormatters, awsCli1, awsCli2 } from '../output/aws-formatters.ts'
import { runInProcess } from './in-process.ts'
import { type Ended, keptCode, launch, program } from './program.ts'

const lambda: Json = {
  Functions: [
    {
      FunctionName: 'resize',
      Runtime: 'python3.12',
      CodeSize: 1234,
      Layers: null,
      VpcConfig: { SubnetIds: [] },
    },
    { FunctionName: '東京-本番', Runtime: 'python3.12', CodeSize: 7, Environment: { Variables: { A: 'b' } } },
    { FunctionName: 'mail', Runtime: 'nodejs22.x', CodeSize: 98765 },
  ],
}
const session: Json = {
  Credentials: { AccessKeyId: 'ASIAEXAMPLE', SecretAccessKey: 'not/a+secret', SessionToken: 'token==' },
}
const documents: readonly (readonly [Json, readonly string[]])[] = [
  [
    lambda,
    [
      'Functions[?Runtime==`python3.12`].[FunctionName,CodeSize]',
      'Functions[].{Name: FunctionName, Size: CodeSize}',
      'Functions[0]',
      'Functions[].Environment.Variables',
      'sum(Functions[].CodeSize)',
      'Functions[?CodeSize > `1e9`]',
      'Nothing',
      '@',
    ],
  ],
  [
    session,
    ['Credentials.[AccessKeyId,SecretAccessKey,SessionToken]', '@.Credentials', 'Credentials.AccessKeyId'],
  ],
]
const cases = documents.flatMap(([document, expressions]) =>
  expressions.map((each) => ({ document, expression: each })),
)

const theirs = ['json', 'text', 'table', 'yaml']
const printed = new Map<string, ReturnType<typeof askFormatters>>()

describe('over a saved document', () => {
  let home: string
  beforeAll(() => {
    if (!awsCli1 || !awsCli2)
      process.stderr.write('SKIPPED in part: no AWS CLI v1 and v2 to compare --input with.\n')
  })
  const query = (document: Json, ...words: string[]) => {
    home = temporaryFolder()
    // The AWS CLI's formatters are asked as for this operation, whose name is the table's title.
    writeFileSync(join(home, 'DescribeInstances.json'), JSON.stringify(document))
    return run(home, ['query', ...words, '--input', 'DescribeInstances.json'])
  }

  test.skipIf(!awsCli1).each(cases)(
    'json is the AWS CLI’s: $expression',
    async ({ document, expression }) => {
      const expected = askAwsCli(awsCli1, document, expression, 'json')
      expect(await query(document, expression, '--output', 'json')).toEqual({ ...done, out: expected })
    },
  )

  test.skipIf(!awsCli2).each(cases)(
    'text and aws-table are the AWS CLI’s: $expression',
    async ({ document, expression }) => {
      for (const [format, name] of [
        ['text', 'text'],
        ['aws-table', 'table'],
      ] as const) {
        const expected = askAwsCli(awsCli2, document, expression, name)
        const ended = await query(document, expression, '--output', format)
        if (expected === null) expect(ended.code).toBe(2)
        else expect(ended).toEqual({ ...done, out: expected })
      }
      const yaml = await query(document, expression, '--output', 'yaml')
      expect(parse(yaml.out)).toEqual(parse(askAwsCli(awsCli2, document, expression, 'yaml') ?? 'none'))
    },
  )

  test.each([
    ['table', '1           2\nresize   1234\n東京-本番     7\n'],
    ['csv', '1,2\r\nresize,1234\r\n東京-本番,7\r\n'],
    ['ndjson', '["resize",1234]\n["東京-本番",7]\n'],
  ])('a list as %s', async (format, out) => {
    const expression = 'Functions[?Runtime==`python3.12`].[FunctionName,CodeSize]'
    const ended = await query(lambda, expression, '--output', format)
    expect(ended.out.replace(/ +/g, ' ')).toBe(out.replace(/ +/g, ' '))
    expect(ended).toMatchObject({ code: 0, err: '' })
  })

  test.each([
    ['table', 'AccessKeyId      ASIAEXAMPLE\n', '7\n'],
    [
      'csv',
      'AccessKeyId,SecretAccessKey,SessionToken\r\nASIAEXAMPLE,not/a+secret,token==\r\n',
      'value\r\n7\r\n',
    ],
    [
      'ndjson',
      '{"AccessKeyId":"ASIAEXAMPLE","SecretAccessKey":"not/a+secret","SessionToken":"token=="}\n',
      '7\n',
    ],
  ])('an object and a scalar as %s', async (format, object, scalar) => {
    expect((await query(session, '@.Credentials', '--output', format)).out).toContain(object)
    expect((await query(lambda, 'Functions[1].CodeSize', '--output', format)).out).toBe(scalar)
  })

  test('of several filters all apply', async () => {
    const words = [
      'Functions[].FunctionName',
      '--output',
      'ndjson',
      '--filter',
      '!mail',
      '--filter',
      'resize',
    ]
    expect((await query(lambda, ...words)).out).toBe('"resize"\n')
    expect((await query(lambda, ...words, '--filter', '!r')).out).toBe('')
  })

  test('a list is filtered, sorted and shown in columns', async () => {
    const words = ['Functions[]', '--sort', 'CodeSize desc', '--columns', 'FunctionName,CodeSize']
    expect((await query(lambda, ...words, '--filter', '!mail', '--output', 'csv')).out).toBe(
      'FunctionName,CodeSize\r\nresize,1234\r\n東京-本番,7\r\n',
    )
  })

  test('with --bom CSV begins with a byte order mark for Excel; no other format takes the option', async () => {
    const names = ['Functions[1].[FunctionName]', '--bom', '--output']
    expect((await query(lambda, ...names, 'csv')).out).toBe('\ufeffvalue\r\n東京-本番\r\n')
    const refused = await query(lambda, ...names, 'json')
    expect(refused).toEqual({
      ...done,
      code: 2,
      out: '',
      err: 'muster: --bom is for CSV, and this is json: give --output csv, or leave --bom out.\n',
    })
  })

  test('a saved query is answered with its parameters, and through the stock package', async () => {
    const instances = {
      Reservations: [{ Instances: [{ InstanceId: 'i-1', Tags: [{ Key: 'Team', Value: 'web' }] }] }],
    }
    const words = [
      'by-tag',
      '--set',
      'KEY=Team',
      '--set',
      'VALUE=web',
      '--columns',
      'InstanceId',
      '--output',
      'csv',
    ]
    for (const engine of ['muster', 'jmespath'])
      expect((await query(instances, ...words, '--engine', engine)).out).toBe('InstanceId\r\ni-1\r\n')
    expect(
      (await query(lambda, 'max_by(Functions, &FunctionName)', '--engine', 'jmespath', '--output', 'json'))
        .out,
    ).toBe('null\n')
  })

  test('without an expression the answer is the document; nothing else is opened or written', async () => {
    home = temporaryFolder()
    writeFileSync(join(home, 'DescribeInstances.json'), JSON.stringify(session))
    const words = ['query', '--output', 'ndjson', '--input', 'DescribeInstances.json']
    expect(await runProgram(home, words, '')).toEqual({ ...done, out: `${JSON.stringify(session)}\n` })
    // Node's compile cache holds the program, nothing of the document.
    const folders = ['.cache', '.cache/muster', '.cache/muster/compiled']
    const found = readdirSync(home, { recursive: true, encoding: 'utf8' })
    const others = found.filter(
      (name) => !folders.includes(name) && !name.startsWith('.cache/muster/compiled/'),
    )
    expect(others).toEqual(['DescribeInstances.json'])
  })
})

describe('standard input', () => {
  test('is read by --input -', async () => {
    const home = temporaryFolder()
    const ended = await runProgram(
      home,
      ['query', 'length(Functions)', '--input', '-'],
      JSON.stringify(lambda),
    )
    expect(ended).toEqual({ ...done, out: '3\n' })
  })

  test('is waited for, and ctrl-c ends the wait', async () => {
    const child = spawn(process.execPath, [program, 'query', '@', '--input', '-'], {
      stdio: ['pipe', 'pipe', 'pipe'],
    })
    const code = new Promise((resolve) => child.once('close', resolve))
    // A pipe holds less than this: it is gone when the program has read the beginning, and waits for more.
    await new Promise((resolve) => child.stdin.write(`[${' '.repeat(1_000_000)}`, resolve))
    child.kill('SIGINT')
    expect(await code).toBe(130)
  })
})

describe('the content of a file', () => {
  test.each<[string, string | Buffer, RegExp, number]>([
    [
      'a.json',
      '{"a": [1, 2,, 3]}',
      /^muster: a\.json:1:13: this is not JSON, found , where a value should be: .*\.\n$/,
      2,
    ],
    [
      'a.json',
      '{"a": 1}\n{"a": 2}',
      /^muster: a\.json:2:1: .* name a file of one document a line \.ndjson\.\n$/,
      2,
    ],
    ['a.json', '', /^muster: a\.json is empty: give it a JSON document\.\n$/, 2],
    ['a.json', Buffer.from('{"a":"\xff"}', 'latin1'), /^muster: a\.json is not UTF-8 text/, 2],
    ['a.ndjson', '{"a": 1}\n\n{"a": 2', /^muster: a\.ndjson:3:8: this is not JSON/, 2],
    ['a\u001b[31m.json', '{', /^muster: a␛\[31m\.json:1:2: this is not JSON/, 2],
    ['a.json', `${'['.repeat(100_000)}${']'.repeat(100_000)}`, /^muster: a\.json nests too deep for this/, 2],
  ])('%s with %.40j is refused in a sentence', async (name, content, says, code) => {
    const home = temporaryFolder()
    writeFileSync(join(home, name), content)
    const ended = await run(home, ['query', '@', '--input', name, '--output', 'json'])
    expect(ended.err).toMatch(says)
    expect(ended).toMatchObject({ code, out: '' })
  })

  test.each(['nowhere.json', '.'])('%s cannot be read: exit code 1', async (name) => {
    const ended = await run(temporaryFolder(), ['query', '@', '--input', name])
    expect(ended.err).toMatch(/^muster: \S+ cannot be read \((ENOENT|EISDIR)\): give --input a readable file/)
    expect(ended).toMatchObject({ code: 1, out: '' })
  })

  test.each<[string, string | Buffer, string]>([
    ['bom.json', '\uFEFF{"a":1}', '{"a":1}\n'],
    ['wide.json', Buffer.from('\uFEFF{"a":"é"}', 'utf16le'), '{"a":"é"}\n'],
    ['lines.ndjson', '{"a":1}\r\n\r\n{"a":2}\n', '{"a":1}\n{"a":2}\n'],
    ['lines.jsonl', '1\n2', '1\n2\n'],
    ['odd.json', '{"__proto__":1,"constructor":{"a":2}}', '{"__proto__":1,"constructor":{"a":2}}\n'],
  ])('%s is read', async (name, content, out) => {
    const home = temporaryFolder()
    writeFileSync(join(home, name), content)
    expect(await run(home, ['query', '@', '--input', name, '--output', 'ndjson'])).toEqual({ ...done, out })
  })

  test('a number that the stock package rounds is named', async () => {
    const home = temporaryFolder()
    writeFileSync(join(home, 'a.json'), '{"n": 9007199254740993, "s": ", 12345678901234567890"}')
    expect((await run(home, ['query', 'n', '--query', 'n', '--input', 'a.json'])).code).toBe(2)
    const words = ['query', '--query', 'n', '--input', 'a.json', '--engine', 'jmespath']
    const ended = await run(home, words)
    expect(ended.err).toBe('a.json holds whole numbers beyond 2^53, which --engine jmespath rounds.\n')
    writeFileSync(join(home, 'a.json'), '{"n": 9007199254740991, "s": ", 12345678901234567890"}')
    expect((await run(home, words)).err).toBe('')
  })
})

describe('numbers', () => {
  const n = '{"rows":[{"n":80.0,"id":9007199254740993},{"n":-0,"id":1.10}],"small":0.0000001,"e":1E5,"z":0.0}'
  const ask = (home: string, expression: string, ...words: string[]) => {
    writeFileSync(join(home, 'a.json'), n)
    return run(home, ['query', '--query', expression, '--input', 'a.json', ...words])
  }

  test.each([
    [
      'json',
      '[\n    [\n        80.0,\n        9007199254740993\n    ],\n    [\n        -0,\n        1.10\n    ]\n]\n',
    ],
    ['ndjson', '[80.0,9007199254740993]\n[-0,1.10]\n'],
    ['csv', '1,2\r\n80.0,9007199254740993\r\n-0,1.10\r\n'],
    ['text', '80.0\t9007199254740993\n-0\t1.10\n'],
    ['yaml', '- - 80.0\n  - 9007199254740993\n- - -0\n  - 1.10\n'],
    ['table', '   1                 2\n80.0  9007199254740993\n  -0              1.10\n'],
  ])('are printed as they were written: %s', async (format, out) => {
    expect(await ask(temporaryFolder(), 'rows[].[n,id]', '--output', format)).toEqual({ ...done, out })
  })

  test.each([
    ['rows[0]', '{"n":80.0,"id":9007199254740993}'],
    ['@.rows[0].n', '80.0'],
    ['rows[].n | sort(@)', '-0\n80.0'],
    ['sort_by(rows, &n)[].id', '1.10\n9007199254740993'],
    ['max_by(rows, &n).id', '9007199254740993'],
    ['[max(rows[].n), min(rows[].n)]', '80.0\n-0'],
    ['rows[?n == `80`].n', '80.0'],
    ['rows[?`80` == n].id', '9007199254740993'],
    ['rows[?n != `80`].id', '1.10'],
    ['rows[?n >= `80`].n', '80.0'],
    ['rows[?id > n].n', '80.0\n-0'],
    ['rows[?n].n', '80.0\n-0'],
    ['z && `1`', '1'],
    ['contains(rows[].n, `80`)', 'true'],
    ['{a: rows[0]} == {a: rows[0]}', 'true'],
    ['[small, e]', '0.0000001\n1E5'],
    ['sum(rows[].n)', '80'],
    ['avg(rows[].n)', '40'],
    ['[abs(e), ceil(small), floor(e)]', '100000\n1\n100000'],
    ['[type(e), type(rows[0].n)]', '"number"\n"number"'],
    ['to_string(rows[0])', '"{\\"n\\":80.0,\\"id\\":9007199254740993}"'],
    ['[to_number(z), not_null(z), to_array(z)[0]]', '0.0\n0.0\n0.0'],
    ['[z.toJSON, z.constructor, z.toString, z.a, z[0], z.*]', 'null\nnull\nnull\nnull\nnull\nnull'],
    ["[to_number('nan'), to_number('inf')]", 'null\nnull'],
  ])('%s gives %s', async (expression, out) => {
    expect(await ask(temporaryFolder(), expression, '--output', 'ndjson')).toEqual({
      ...done,
      out: `${out}\n`,
    })
  })

  test('are sorted and grouped as numbers, and found by their text', async () => {
    const home = temporaryFolder()
    const words = ['--output', 'csv', '--columns', 'n']
    expect((await ask(home, 'rows', '--sort', 'n', ...words)).out).toBe('n\r\n-0\r\n80.0\r\n')
    expect((await ask(home, 'rows', '--filter', '80.0', ...words)).out).toBe('n\r\n80.0\r\n')
  })

  test.each([
    ['a.json', '{"s": "1e400 \\" 1e401",\n "n": [1, -1e400]}', 'a.json:2:11: -1e400'],
    ['a.json', `${'9'.repeat(400)}`, `a.json:1:1: ${'9'.repeat(40)}…`],
    ['a.ndjson', '1.0\n\n{"a": 2e308}', 'a.ndjson:3:7: 2e308'],
  ])('%s with one that is too large is refused with its place', async (name, text, place) => {
    const home = temporaryFolder()
    writeFileSync(join(home, name), text)
    const err = `muster: ${place} is larger than any number can be here: write it as a string.\n`
    expect(await run(home, ['query', '@', '--input', name])).toEqual({ ...done, code: 2, out: '', err })
  })
})

describe('options that do not go together are one sentence and exit code 2', () => {
  test.each([
    ['--profile x', /leave --profile out/],
    ['--region x', /leave --region out/],
    ['--account x', /leave --account out/],
    ['--role x', /leave --role out/],
    ['--mfa-code 123456', /leave --mfa-code out/],
    ['--kind volumes', /leave --kind out/],
    ['--no-origin', /leave --no-origin out/],
    ['--live', /leave --live out/],
    ['--max-items 5', /leave --max-items out/],
    ['--starting-token x', /leave --starting-token out/],
    ['--page-size 5', /leave --page-size out/],
    ['--concurrency 5', /leave --concurrency out/],
    ['--offline', /leave --offline out/],
    ['--sync', /leave --sync out/],
    ['--fresh 1h', /leave --fresh out/],
    ['--cache x', /leave --cache out/],
    ['--demo', /leave --demo out/],
    ['--filter x', /this result is not one/],
    ['--set A=b', /this is not one: leave it out/],
  ])('--input with %s', async (words, says) => {
    const home = temporaryFolder()
    writeFileSync(join(home, 'a.json'), '{}')
    const { code, out, err } = await run(home, ['query', '@', '--input', 'a.json', ...words.split(' ')])
    expect(err).toMatch(/^muster: [^\n]+\n$/)
    expect(err).toMatch(says)
    expect([code, out]).toEqual([2, ''])
  })

  test.each([
    ['foo(', /ends too early/],
    ['abs(@)', /abs\(\) takes a number and got an object/],
    [
      'runing',
      /There is no saved query 'runing'; did you mean 'running'\?.*or give an expression with --query/,
    ],
  ])('the expression %s', async (expression, says) => {
    const home = temporaryFolder()
    writeFileSync(join(home, 'a.json'), '{}')
    const { code, out, err } = await run(home, ['query', expression, '--input', 'a.json'])
    expect(err).toMatch(says)
    expect([code, out]).toEqual([2, ''])
  })
})

const done = { code: 0, signal: null, err: '' }

/** Runs a command line in a folder that is home too, with no profile anywhere. */
function run(home: string, words: readonly string[]): Promise<Ended> {
  return runInProcess({ env: envIn(home), home }, ...words)
}

/** Runs the built program there, which reads the text. */
function runProgram(home: string, words: readonly string[], input: string): Promise<Ended> {
  const piped = `cd "$HOME"; text=$1; shift; printf %s "$text" | exec "$@"`
  return launch('sh', ['-c', piped, 'sh', input, process.execPath, program, ...words], envIn(home)).ended
}

function envIn(home: string) {
  return { PATH: process.env.PATH ?? '', HOME: home, AWS_EC2_METADATA_DISABLED: 'true', ...keptCode() }
}

/** What the AWS CLI's own formatters print: one start of its Python answers all that is asked of a document. */
function askAwsCli(cli: AwsCli | null, document: Json, expression: string, format: string): string | null {
  const expressions = cases.filter((each) => each.document === document).map((each) => each.expression)
  const key = `${cli?.command} ${documents.findIndex(([each]) => each === document)}`
  const answers = printed.get(key) ?? askFormatters(cli as AwsCli, { document, expressions, formats: theirs })
  printed.set(key, answers)
  return answers[expressions.indexOf(expression)]?.[theirs.indexOf(format)] ?? null
}
