import { fileURLToPath } from 'node:url'
import { isDeepStrictEqual } from 'node:util'
import { describe, expect, test } from 'vitest'
import { compile } from '../../src/jmespath/compile.ts'
import { infer } from '../../src/jmespath/inference.ts'
import { JmespathError } from '../../src/jmespath/jmespath-errors.ts'
import { documentOf } from '../../src/jmespath/kind-shapes.ts'
import { unknownValue } from '../../src/jmespath/lexer.ts'
import { any, listOf, objectOf } from '../../src/jmespath/shapes.ts'
import type { AwsDocument } from '../../src/jmespath/trap.ts'
import { hintsFor } from '../../src/jmespath/traps.ts'
import { findKind } from '../../src/kinds.ts'
import type { Json } from '../../src/model.ts'
import { readSavedFiles, selectUsableQueries } from '../../src/query/saved.ts'
import { casesOf } from '../helpers/long-runs.ts'
import { below, fleet, random } from './fleet.ts'
import { randomExpression, wholeWords } from './random-expressions.ts'

const instances = documentOf(findKind('instances'), true)
const volumes = documentOf(findKind('volumes'), true)
/** Nothing is known of the resources. */
const unknown: AwsDocument = {
  ...instances,
  shape: objectOf(
    new Map([
      [
        'Reservations',
        listOf({
          ...objectOf(new Map(), 'group'),
          findMember: (name) => (name === 'Instances' ? listOf(any) : any),
        }),
      ],
    ]),
    'document',
  ),
}

describe('an expression that runs and answers something else than was meant', () => {
  test('is shown with its place and the way out', () => {
    const expression =
      "Reservations[].Instances[?Tags[?Key=='Env'].Value|[0]=='prod' && State.Name=='running'][].InstanceId"
    expect(hintsFor(compile(expression), instances).map((hint) => hint.split('\n'))).toEqual([
      [
        'The pipe binds loosest, so State is looked for in the list that it hands on, and a list has no fields; put what belongs to the pipe in parentheses, as (Tags[].Value | [0]).',
        "…vations[].Instances[?Tags[?Key=='Env'].Value|[0]=='prod' && State.Name=='running'][].InstanceId",
        `${' '.repeat(61)}^`,
      ],
    ])
  })

  test.each([
    ['Reservations[].Instances[?State.Name=="running"][]', '"running"', 'a text is written'],
    [
      'Reservations[].Instances[?Placement.AvailabilityZone!="us-east-1a"][]',
      '"us-east-1a"',
      'field of that name',
    ],
    ['Reservations[].Instances[?starts_with(InstanceType, "t3.")][]', '"t3."', "a text is written 't3.'"],
    ['Reservations[].Instances[?contains(Tags[].Key, "Name")][]', '"Name"', 'field of that name'],
    ['join(", ", Reservations[].Instances[].InstanceId)', '", "', 'field of that name'],
    ["Reservations[].Instances[?EbsOptimized=='true'][]", "=='true'", '`true` in backticks'],
    ['Reservations[?OwnerId==`123456789012`]', '==`', "write '123456789012'"],
    [
      "Reservations[].Instances[?State.Name=='running'].InstanceId",
      '[?State',
      'one list for each reservation',
    ],
    ["length(Reservations[].Instances[?State.Name=='running'])", '[?State', 'one list for each reservation'],
    ["Reservations[].Instances[?State.Name=='running'].InstanceId | [0]", '[?State', 'one list for each'],
    ['sort_by(Reservations[*].Instances[?Tags], &LaunchTime)', '[?Tags', 'one list for each reservation'],
    ['Reservations[].Instances.InstanceId', 'InstanceId', 'a list has no fields'],
    ['Reservations[].Instances[] | InstanceId', 'InstanceId', 'a list has no fields'],
    ['Reservations[].Instances[] | {n: length(@), owner: OwnerId}', 'OwnerId', 'a list has no fields'],
    ['Instances[].InstanceId', 'Instances[]', 'begin with Reservations[].Instances[]'],
    ['Reservations[].Groups[].lenght(@)', 'lenght', 'did you mean length()?'],
    ['Reservations[].Instances[?InstanceLifecycle==spot][]', 'spot', "a text is written 'spot'"],
    ['Reservations[].Instances[?running==State.Name][]', 'running', "a text is written 'running'"],
    ['Reservations[].Instances[?starts_with(InstanceType, t3)][]', 't3', "a text is written 't3'"],
    ['Reservations[].Instances[?EbsOptimized==true][]', 'true', '`true` in backticks'],
    ['Reservations[].Instances[].instanceType', 'instanceType', 'did you mean InstanceType?'],
    ['sort_by(Reservations[].Instances[], &LaunchTyme)', 'LaunchTyme', 'did you mean LaunchTime?'],
    ['Reservations[].Instances[?OwnerId==`"123456789012"`][]', 'OwnerId', 'There is no OwnerId here'],
    ['Reservations[].Instances[].Placement[*]', 'Placement', 'Placement is an object and no list'],
    ['Reservations[].Instances[].Placement[0]', 'Placement', 'Placement is an object and no list'],
    ["Reservations[].Instances[?State[?Name=='running']][]", 'State', 'State is an object and no list'],
    ['Reservations[].Instances[].{N: InstanceId[]}', 'InstanceId', 'InstanceId is a text and no list'],
    ['Reservations[].Instances[].State.Name.Code', 'Code', 'looked for in a text'],
    ["Reservations[].Instances[].Tags[?Key=='Name'][0].Value", '[?Key', 'as (x[?…] | [0]).y'],
    ['Reservations[].Instances[][0]', 'Instances', 'each is an object'],
    ...['length(', 'max_by(', 'min_by(', 'sort_by('].map((call): [string, string, string] => [
      `${call}Reservations[*].Instances[*]${call === 'length(' ? '' : ', &LaunchTime'})`,
      call,
      'one list for each reservation, and looks at the lists instead of what they hold; flatten it first, as Reservations[].Instances[].',
    ]),
    [
      "contains(Reservations[*].Instances[*].InstanceId, 'i-0')",
      'contains',
      'flatten it first, as Reservations[].Instances[].InstanceId.',
    ],
    ['map(&ImageId, Reservations[*].Instances[*])', 'map', 'flatten it first'],
  ])('%s is reported at %s: %s', (expression, at, sentence) => {
    const [hint = '', ...more] = hintsFor(compile(expression), instances)
    const [first = '', shown = '', caret = ''] = hint.split('\n')
    expect(more).toEqual([])
    expect(first).toContain(sentence)
    expect(shown.slice(caret.indexOf('^'), caret.indexOf('^') + at.length)).toBe(at)
  })

  test('over any JSON only what is certain there is reported', () => {
    const countHints = (expression: string) => hintsFor(compile(expression), null).length
    expect(['a[?b=="text"]', 'a[] | b', "a[?b[?c].d | [0] == 'x' && e]"].map(countHints)).toEqual([1, 1, 1])
    const expressions = [
      'a[?b=="c-d"]',
      "a[?b=='true']",
      'a[?Id==`1`]',
      'Instances[].b',
      'a[].b[?c]',
      'a.b.c',
      'a[]."b"',
    ]
    expect(expressions.map(countHints)).toEqual(expressions.map(() => 0))
  })

  test('of volumes is reported in their words', () => {
    expect(hintsFor(compile('Reservations[].Instances[]'), volumes)[0]).toContain('begin with Volumes[].')
    expect(hintsFor(compile("Volumes[?State=='in-use'].VolumeId"), volumes)).toEqual([])
    expect(hintsFor(compile('Volumes[].Volumeid'), volumes)[0]).toContain('did you mean VolumeId?')
    expect(hintsFor(compile('length(Volumes[*].Attachments[*])'), volumes)[0]).toContain(
      'flatten it first, as Volumes[].Attachments[].',
    )
    for (const expression of [
      'Volumes[?State==available]',
      'Volumes[][0]',
      "Volumes[].Tags[?Key=='Name'][0].Value",
      'length(Volumes[*].Attachments[*])',
      'Volumes[].State.Name',
    ])
      expect(hintsFor(compile(expression), volumes).join()).not.toMatch(/Instance|[Rr]eservation/)
  })
})

describe('no hint is given', () => {
  test.each([
    'Reservations[0].Instances[0].InstanceId',
    'Reservations[].Instances[].[InstanceId,State.Name,Tags[?Key==`Name`].Value|[0]]',
    'Reservations[].Instances[].InstanceId',
    'Reservations[*].Instances[*].[InstanceId]',
    "Reservations[].Instances[?(Tags[?Key=='Env'].Value | [0])=='prod' && State.Name=='running'][]",
    "Reservations[].Instances[?Tags[?Key=='Env'].Value | [0]=='prod'][]",
    "Reservations[].Instances[?State.Name=='running'].InstanceId | []",
    "Reservations[].Instances[?State.Name=='running'][] | sort_by(@, &LaunchTime)[-1].InstanceId",
    "Reservations[].Instances[?Tags[?Key=='Spot' && Value=='true']][].InstanceId",
    'Reservations[].Instances[].{"My Id": InstanceId, Other: ImageId} | [?Other=="My Id"]',
    "Reservations[?OwnerId=='123456789012'].Instances[]",
    "Reservations[].Instances[?AccountName=='prod'][]",
    'length(Reservations[].Instances[].[InstanceId, State.Name])',
    'length(Reservations[].Instances[].Tags)',
    'sort_by(Reservations[].Instances[].[InstanceId, LaunchTime], &[1])',
    "Reservations[].Instances[].{Name: (Tags[?Key=='Name'] | [0]).Value, Zone: Placement.AvailabilityZone}",
    'Reservations[].Instances[].Placement.*',
    'Reservations[].Instances[].State[].Name',
    'Reservations[].Instances[?RootDeviceName==BlockDeviceMappings[0].DeviceName][]',
    'map(&InstanceId, Reservations[].Instances[])',
    'Reservations[0].Instances[*].Tags[0].Key',
    'Reservations[*].Instances[*] | [0][0].InstanceId',
    'Reservations[].Instances[] | [0].InstanceId',
    "merge(Reservations[0].Instances[0], {Extra: 'x'}).[InstanceId, Extra]",
    'not_null(Reservations, `[]`)[].Instances[].InstanceId',
    'keys(@)',
    'length(Reservations[])',
  ])('for %s', (expression) => {
    expect(hintsFor(compile(expression), instances)).toEqual([])
  })

  const shipped = readSavedFiles({
    shipped: fileURLToPath(new URL('../../queries', import.meta.url)),
    own: '/nowhere',
  })
  test.each(selectUsableQueries(shipped))(
    'for the saved query $name',
    ({ kind, otherKinds, lets, expression }) => {
      const about = documentOf(findKind(kind), true, otherKinds.map(findKind))
      for (const each of [...lets.map((made) => made.expression), expression ?? ''])
        expect(
          hintsFor(
            compile(each, () => unknownValue),
            about,
          ),
        ).toEqual([])
    },
  )
})

test('a field that is reported as null could have any name', () => {
  const next = random(20261127)
  const rounds = casesOf(20_000)
  let checked = 0
  for (let round = 0; round < rounds; round += 1) {
    const expression = randomExpression(next, wholeWords, 1 + below(next, 4))
    const compiled = compile(expression)
    const { ast } = compiled
    for (const about of [instances, volumes, null]) {
      for (const hint of hintsFor(compiled, about)) expect(hint.split('\n')).toHaveLength(3)
    }
    for (const { sentence, position } of infer(ast, unknown.shape, unknown).traps) {
      if (!sentence.includes('list has no fields') && !sentence.includes('The document has no')) continue
      checked += 1
      const other = expression.slice(0, position) + expression.slice(position).replace(/^\w+/, 'Zz')
      const document: Json = { Reservations: fleet(next).filter(isReservation) }
      expect({
        expression,
        document,
        same: isDeepStrictEqual(outcome(expression, document), outcome(other, document)),
      }).toMatchObject({ same: true })
    }
  }
  expect(checked).toBeGreaterThan(rounds / 20)
})

function isReservation(row: Json): boolean {
  return typeof row === 'object' && row !== null && 'Instances' in row
}

function outcome(expression: string, document: Json): unknown {
  try {
    return { result: compile(expression).search(document) }
  } catch (error) {
    if (error instanceof JmespathError) return error.kind
    throw error
  }
}
