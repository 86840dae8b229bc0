import { execFileSync } from 'node:child_process'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import type { Answer, Json } from '../../src/model.ts'
import { formatAnswer } from '../../src/output/format.ts'
import { casesOf, counted } from '../helpers/long-runs.ts'

/** Texts that readers of YAML have taken for something else, cut off, folded or refused. */
const troublesome = [
  ...['', ' ', '  ', '\t', '\n', '\n\n', '\r', '\r\n', '\u0085', '\u2028', '\u2029', '\u00a0', '\ufeff'],
  ...['\u0000', '\u001b', '\u007f', '\u0080', '\u009b', '\u009f', '\ufffe', '\uffff', '\u{10ffff}'],
  ...['=', '<<', '~', 'y', 'No', 'ON', 'off', 'true', 'NULL', '.inf', '-.INF', '.nan', '1_000', '0o7', '017'],
  ...['0b1', '0x1F', '1:30', '190:20:30', '1e3', '1.5e+3', '+1', '-0', '1.', '.5', '_1', '2001-01-01'],
  ...['-', '- a', '?', '? a', ':', 'a:', 'a: b', ': a', '#', 'a #b', '---', '...', '%YAML 1.2', '@a', '`a`'],
  ...[
    '!x',
    '&a',
    '*a',
    '|',
    '>',
    '[',
    ']',
    '{',
    '}',
    ',',
    '"',
    "'",
    '\\',
    '\\u0041',
    '日本語',
    '😀',
    'e\u0301',
  ],
  ...['i-0abc', 'arn:aws:ec2:x:1:y/z', '10.0.0.1', '10.0.0.0/16', 'sdf', '/dev/sda1', 'a b', 'x', '0', '9'],
]
const texts = fuzzTexts(casesOf(25_000))
const document: Json = texts.map((text, at) => ({
  at,
  text,
  list: [text, [text]],
  [`k${text}`]: { [text]: 1 },
}))
const written = print(document)

describe('YAML', () => {
  test.each(['1.1', '1.2'] as const)(
    `of ${counted(texts.length)} odd texts, read as %s, is what went in`,
    (version) => {
      for (const [at, item] of (document as Json[]).entries()) {
        const read = parse(print(item ?? null), { version, uniqueKeys: false, merge: version === '1.1' })
        if (JSON.stringify(read) !== JSON.stringify(item)) expect(read, `text ${at}`).toEqual(item)
      }
    },
  )

  test.each([
    ['PyYAML', 'python3', 'import yaml; load = lambda text: yaml.load(text, yaml.SafeLoader)', casesOf(1500)],
    [
      'libyaml',
      'python3',
      'import yaml; load = lambda text: yaml.load(text, yaml.CSafeLoader)',
      texts.length,
    ],
    ['ruamel 1.2', '/usr/bin/python3', ruamel('1.2'), casesOf(1000)],
    ['ruamel 1.1', '/usr/bin/python3', ruamel('1.1'), casesOf(1000)],
  ])('%s reads it as it was', (name, python, load, count) => {
    if (!runs(python, load)) {
      process.stderr.write(`SKIPPED: no ${name} to read YAML with.\n`)
      return
    }
    const part = (document as Json[]).slice(0, count)
    expect(reads(python, load, print(part))).toBe(hexOf(part))
  })

  test('holds no character that a terminal would obey, nor one that YAML does not allow', () => {
    expect(written).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028-\u202e\ufeff\ufffe\uffff]/)
  })

  test('writes numbers that YAML 1.1 takes for numbers, too', () => {
    for (const value of [1e21, 1e-7, 1.5e300, -2.5e-9, 0, -1, 0.1]) {
      expect(parse(print(value), { version: '1.1' })).toBe(value)
      expect(print(value)).toMatch(/^-?\d+(\.\d+(e[+-]\d+)?)?\n$/)
    }
  })

  test('is for people: ids and names without quotes, text of several lines as lines', () => {
    const value = {
      Id: 'i-0abc',
      Arn: 'arn:aws:iam::123456789012:role/ops',
      Ip: '10.0.0.1',
      Tags: [{ Key: 'Name', Value: '東京 web' }],
      UserData: '#!/bin/sh\necho hi\n',
      Account: '012345678901',
      Empty: [[], {}, ''],
    }
    expect(print(value)).toBe(
      [
        'Id: i-0abc',
        'Arn: arn:aws:iam::123456789012:role/ops',
        'Ip: 10.0.0.1',
        'Tags:',
        '  - Key: Name',
        '    Value: 東京 web',
        'UserData: |',
        '  #!/bin/sh',
        '  echo hi',
        'Account: "012345678901"',
        'Empty:',
        '  - []',
        '  - {}',
        '  - ""',
        '',
      ].join('\n'),
    )
  })
})

function print(value: Json): string {
  const answer: Answer = { type: 'value', title: 'T', value }
  return [...formatAnswer(answer, 'yaml', { columns: null, raw: false, colour: false })].join('')
}

/** The troublesome texts, and random ones made of them. */
function fuzzTexts(count: number): readonly string[] {
  let seed = 20_261_125
  const randomBelow = (most: number) => {
    seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648
    return Math.floor((seed / 2_147_483_648) * most)
  }
  const piece = () => troublesome[randomBelow(troublesome.length)] ?? ''
  const random = Array.from({ length: count - troublesome.length - 1 }, () =>
    Array.from({ length: 2 + randomBelow(6) }, piece).join(''),
  )
  return [...troublesome, 'long '.repeat(400), ...random]
}

function ruamel(version: string): string {
  const make = `from ruamel.yaml import YAML; y = YAML(typ='safe', pure=True); y.version = '${version}'`
  return `${make}; load = lambda text: y.load(text)`
}

function runs(python: string, load: string): boolean {
  try {
    execFileSync(python, ['-c', `${load}\nassert load('[1]') == [1]`], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

/** What Python read, in hexadecimal digits of JSON, which hide nothing. */
function reads(python: string, load: string, text: string): string {
  const script = `import sys, json\n${load}
value = load(sys.stdin.buffer.read().decode())
print(json.dumps(value, ensure_ascii=True, separators=(',', ':')).encode().hex(), end='')`
  return execFileSync(python, ['-c', script], { input: text, encoding: 'utf8', maxBuffer: 1e9 })
}

function hexOf(value: Json): string {
  const ascii = JSON.stringify(value).replace(
    /[\u007f-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
  return Buffer.from(ascii).toString('hex')
}
