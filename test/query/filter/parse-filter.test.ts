import { describe, expect, test } from 'vitest'
import { findKind } from '../../../src/kinds.ts'
import { bindFilter, columnsOfKind, findFilterHints } from '../../../src/query/filter/bind-filter.ts'
import { FilterError } from '../../../src/query/filter/filter-error.ts'
import { parseFilter } from '../../../src/query/filter/parse-filter.ts'

const now = Date.parse('2026-01-31T08:00:00Z')
const instances = columnsOfKind(findKind('instances'), [])
const volumes = columnsOfKind(findKind('volumes'), [])

describe('a filter is read as', () => {
  test.each([
    ['web prod', ['web', 'prod']],
    ['"two words"', ['"two words"']],
    ['!web', ['!web']],
    ['!"two words" x', ['!"two words"', 'x']],
    ['web-*', ['glob web-*']],
    ['"web-*"', ['"web-*"']],
    ['"a \\"b\\" \\\\ \\n"', ['"a "b" \\ \\n"']],
    ['/^web (a|b)$/', ['regex ^web (a|b)$']],
    ['/dev/sdf', ['/dev/sdf']],
    ['/dev/sdf /dev/sdg', ['/dev/sdf', '/dev/sdg']],
    ['/a /b/', ['/a', 'regex b']],
    ['/a\\/b/', ['regex a\\/b']],
    ['name:web', ['Name has web']],
    ['NAME:web', ['Name has web']],
    ['name:"two words"', ['Name has "two words"']],
    ['name:/^w/', ['Name has regex ^w']],
    ['name=web-1', ['Name is web-1']],
    ['name==web-1', ['Name is web-1']],
    ['name!=web-1', ['!Name is web-1']],
    ['!name!=web-1', ['Name is web-1']],
    ['name=""', ['Name is empty']],
    ['name=w*', ['Name has glob w*']],
    ['type:m5', ['InstanceType has m5']],
    ['private-ip:10.1', ['PrivateIpAddress has 10.1']],
    ['id:i-1', ['InstanceId has i-1']],
    ['account:prod-*', ['AccountId has glob prod-*, AccountName has glob prod-*']],
    ['region=eu-west-1', ['Region is eu-west-1']],
    ['ip:10.1.0.0/16', ['PrivateIpAddress in 10.1.0.0/16, PublicIpAddress in 10.1.0.0/16']],
    ['vcpus>4', ['Vcpus > 4']],
    ['type>m5.large', ['InstanceType > m5.large']],
    ['age>30d', ['LaunchTime before 2026-01-01T08:00:00']],
    ['age>1y', ['LaunchTime before 2025-01-31T08:00:00']],
    ['age>=3y55d', ['LaunchTime before 2022-12-08T08:00:01']],
    ['age<3h12m', ['LaunchTime from 2026-01-31T04:48:01']],
    ['launched>-1d12h', ['LaunchTime from 2026-01-29T20:00:01']],
    ['age<=1h', ['LaunchTime from 2026-01-31T07:00:00']],
    ['launched<2026-01-01', ['LaunchTime before 2026-01-01T00:00:00']],
    ['launched>2026-01-31', ['LaunchTime from 2026-02-01T00:00:00']],
    ['launched=2026-01', ['LaunchTime from 2026-01-01T00:00:00 before 2026-02-01T00:00:00']],
    ['launched>=-1d', ['LaunchTime from 2026-01-30T08:00:00']],
    ['launched<2026', ['LaunchTime before 2026-01-01T00:00:00']],
    ['tag:Owner', ['tag Owner']],
    ['!tag:Owner', ['!tag Owner']],
    ['tag:Env=prod', ['tag Env is prod']],
    ['tag:Env!=prod', ['!tag Env is prod']],
    ['tag:"my key"="my value"', ['tag my key is "my value"']],
    ['tag:aws:autoscaling:groupName=web', ['tag aws:autoscaling:groupName is web']],
    ['Env=prod', ['tag Env is prod']],
    ['Owner=me', ['Owner is me']],
    ['fe80::1', ['fe80::1']],
    ['arn:aws:iam::1:role/x', ['arn:aws:iam::1:role/x']],
    ['nmae:web', ['nmae:web']],
    ['foo>5', ['foo>5']],
    ['a->b', ['a->b']],
    ['foo:', ['foo:']],
    ["[?State.Name=='a b' && Tags] web", ["[?State.Name=='a b' && Tags]", 'web']],
    ['', []],
    ['   ', []],
  ] as const)('%s', (text, terms) => {
    expect(bindFilter(parseFilter(text), instances, now).map(describeTerm)).toEqual(terms)
  })
})

describe('a filter that cannot be read is an error under its place:', () => {
  test.each([
    [`${'a '.repeat(300)}b`, /at most 300 terms/, 600],
    ['web "two wo', /quote is not closed/, 4],
    ['""', /text between the quotes is missing/, 0],
    ['"a"b', /blank is missing/, 3],
    ['web !', /missing after !/, 5],
    ['tag:', /key is missing/, 4],
    ['tag:Env=', /value is missing after tag:Env=.*tag:Env=""/, 8],
    ['name=', /value is missing after name=.*name=""/, 5],
    ['name:', /value is missing after name:/, 5],
    ['vcpus>', /value is missing/, 6],
    ['x /(/', /regex is not valid \(Unterminated group\)/, 2],
    ['x /(a+)\\1+b*/', /regex has a backreference among parts that repeat/, 2],
    ["a [?State.Name=='x'", /not closed/, 2],
    ['a [?State.]', /ends too early|Found/, 10],
    ['vcpus>abc', /Vcpus is compared with a number, not 'abc'/, 6],
    ['age:30d', /An age is compared by < or >: write LaunchTime>30d/, 4],
    ['age>30x', /LaunchTime is compared with an age/, 4],
    ['age>1d1y', /LaunchTime is compared with an age, as 30d or 1y30d/, 4],
    ['age=3y55d', /An age is compared by < or >: write LaunchTime>3y55d/, 4],
    ['launched<2026-02-30', /a time, as 2026-01-31/, 9],
    ['ip:10.1.0.0/33', /range, as 10.1.0.0\/16, not '10.1.0.0\/33'/, 3],
  ] as const)('%s', (text, sentence, position) => {
    const error = readError(text)
    expect(error.sentence).toMatch(sentence)
    expect(error.position).toBe(position)
    const [first, shown, caret] = error.message.split('\n')
    expect(first).toBe(error.sentence)
    if (text.length < 60) expect(shown).toBe(text)
    expect(caret).toBe(`${' '.repeat(Math.min(position, 61))}^`)
  })

  test('it holds no control characters, whatever the filter held', () => {
    expect(readError('vcpus>a\u001b[31m').message).not.toMatch(/[\u0000-\u0009\u000b-\u001f]/)
  })
})

describe('a name that is nearly that of a column', () => {
  test.each([
    ['nmae:web', /no column 'nmae'; did you mean 'Name'\? .*the text 'nmae:web'/],
    ['stae=running', /no column 'stae'; did you mean 'State'\? .*the tag 'stae'/],
    ['nme:web', /no column 'nme'; did you mean 'Name'\? .*the text 'nme:web'/],
    ['sze>100', /no column 'sze'; did you mean 'Size'\? .*the text 'sze>100'/],
    ['szie>100', /no column 'szie'; did you mean 'Size'\? .*the text 'szie>100'/],
    ['weight>100', /no column 'weight'\. .*the text 'weight>100'/],
  ] as const)('%s gives a hint', (text, hint) => {
    expect(findFilterHints(parseFilter(text), volumes, null)).toEqual([expect.stringMatching(hint)])
  })

  test.each([
    'fe80::1',
    'arn:aws:x',
    'Env=prod',
    'ab:c',
    'App=x',
    'ssd:x',
    'state=running',
    'Team=x',
    'tag:stae=x',
  ])('%s gives none', (text) => {
    expect(findFilterHints(parseFilter(text), volumes, null)).toEqual([])
  })
})

function readError(text: string): FilterError {
  try {
    bindFilter(parseFilter(text), instances, now)
  } catch (error) {
    if (error instanceof FilterError) return error
    throw error
  }
  throw new Error(`${text} was read`)
}

type Bound = ReturnType<typeof bindFilter>[number]
type Test = Extract<Bound['asks'], { type: 'columns' }>['columns'][number]['test']

/** A term in words. */
function describeTerm({ inverse, asks }: Bound): string {
  const sign = inverse ? '!' : ''
  switch (asks.type) {
    case 'word':
      return sign + describePattern(asks.test)
    case 'condition':
      return sign + asks.expression
    case 'tag':
      return `${sign}tag ${asks.key.text}${asks.value === null ? '' : ` ${describeTest(asks.value)}`}`
    case 'columns':
      return sign + asks.columns.map(({ name, test }) => `${name} ${describeTest(test)}`).join(', ')
  }
}

function describeTest(test: Test): string {
  switch (test.type) {
    case 'text':
      return `${test.how === 'whole' ? 'is' : 'has'} ${describePattern(test)}`
    case 'empty':
      return 'is empty'
    case 'number':
      return `${test.operator} ${test.value}`
    case 'order':
      return `${test.operator} ${test.key === 'm15 00004large' ? 'm5.large' : test.key}`
    case 'range':
      return `in ${test.range}`
    case 'time':
      return [test.from && `from ${test.from}`, test.before && `before ${test.before}`]
        .filter(Boolean)
        .join(' ')
    case 'any':
      return test.of[0] ? describeTest(test.of[0]) : ''
  }
}

function describePattern({ how, text }: Extract<Test, { type: 'text' }>): string {
  if (how === 'regex' || how === 'glob') return `${how} ${text}`
  return /[\s"]|\*$/.test(text) ? `"${text}"` : text
}
