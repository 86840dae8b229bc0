import { existsSync, readFileSync } from 'node:fs'
import { isDeepStrictEqual } from 'node:util'
import { describe, expect, test } from 'vitest'
import { type Compiled, compile, compileAst, hasStrayReference } from '../../src/jmespath/compile.ts'
import { JmespathError } from '../../src/jmespath/jmespath-errors.ts'
import { split } from '../../src/jmespath/stream.ts'
import type { Json } from '../../src/model.ts'
import { casesOf } from '../helpers/long-runs.ts'
import { below, fleet, type Random, random } from './fleet.ts'
import { randomExpression, rowExpression, wholeWords } from './random-expressions.ts'

const wholly = [
  'Reservations',
  'Reservations[]',
  '@.Reservations[]',
  'Reservations[].Instances[]',
  'Reservations[].Instances',
  'Reservations[*].Instances[*].InstanceId',
  "Reservations[].Instances[?State.Name=='running']",
  "Reservations[].Instances[?State.Name=='running'][].{Id: InstanceId, Name: Tags[?Key=='Name'].Value | [0]}",
  "Reservations[].Instances[] | [?State.Name=='running'] | [].[InstanceId, CpuOptions.CoreCount]",
  'Reservations[].Instances[].Tags[].Key',
  'Reservations[].Instances[0].InstanceId',
  'Reservations[].Instances[0:1].InstanceId',
  'Reservations[].Instances[].[sort_by(Tags, &Key), LaunchTime]',
  'Reservations[?OwnerId==`111122223333`].Instances[].State.*',
  'map(&[InstanceId, Tags], Reservations[].Instances[])',
  'Reservations[].Instances[] | map(&Missing, @)',
  "Reservations[].Instances[?starts_with(PublicIpAddress, '10.')][].InstanceId",
  'Reservations[].Instances[?LaunchTime > CpuOptions.CoreCount]',
  'Reservations[].nonsense(@)',
]

const partly = [
  'length(Reservations)',
  'length(Reservations[].Instances[])',
  "length(Reservations[].Instances[?State.Name=='running'][]) > `3`",
  'sort_by(Reservations[].Instances[], &LaunchTime)[0]',
  'sort_by(Reservations[].Instances[], &LaunchTime)[-3:].InstanceId',
  'sort_by(Reservations[].Instances[], &PublicIpAddress)',
  'reverse(sort_by(Reservations[].Instances[], &LaunchTime))[].InstanceId',
  'max_by(Reservations[].Instances[], &LaunchTime).InstanceId',
  'sum(Reservations[].Instances[].CpuOptions.CoreCount)',
  'avg(Reservations[].Instances[].CpuOptions.CoreCount)',
  "join(',', Reservations[].Instances[].InstanceId)",
  "contains(Reservations[].Instances[].InstanceType, 't3.micro')",
  'Reservations[].Instances[] | [0]',
  'Reservations[].Instances[].InstanceId | sort(@) | [0:2]',
  'Reservations[0].Instances[0].InstanceId',
  'Reservations[1:3].Instances[]',
  'Reservations[].Instances[] | {n: length(@), first: [0].InstanceId}',
  '!Reservations[].Instances[]',
  'Reservations.*',
  'nonsense(Reservations[].Instances[])',
  'length(Reservations[].Instances[], `1`)',
  'to_string(Reservations[].OwnerId)',
]

const never = [
  '@',
  '*',
  'keys(@)',
  'Volumes[]',
  "'text'",
  '{a: Reservations[].Instances[]}',
  '[length(Reservations[]), length(Reservations[])]',
  "Reservations[] || 'none'",
  'merge(@, {Reservations: Reservations[]})',
  'not_null(Missing, Reservations[])',
  'to_array(&Reservations)',
  '[Reservations][]',
]

describe('reading rows in chunks', () => {
  test.each(wholly)('%s streams from end to end', (expression) => {
    expect(splitStream(compile(expression), 'Reservations')).toMatchObject({ rest: null })
  })

  test.each(partly)('%s streams its rows, and something is left to do with all of them', (expression) => {
    expect(splitStream(compile(expression), 'Reservations')?.rest).toBeTypeOf('function')
  })

  test.each(never)('%s is left to the whole document', (expression) => {
    expect(splitStream(compile(expression), 'Reservations')).toBeNull()
  })

  test('however the rows are cut, the answer is that of the whole document', () => {
    const next = random(20260801)
    for (const expression of [...wholly, ...partly]) {
      const compiled = compile(expression)
      for (let round = 0; round < casesOf(150); round += 1) {
        const rows = fleet(next)
        expect({ expression, rows, given: inChunks(compiled, rows, next) }).toEqual({
          expression,
          rows,
          given: whole(compiled, rows),
        })
      }
    }
  })

  const shared = new URL('../../../shared/jmespath/aws-cli-vectors.json', import.meta.url)
  const here = existsSync(shared)
  test.skipIf(!here)(
    `the 4,000 expressions of the yardstick survive any cut${here ? '' : ' (skipped: ../shared is not here)'}`,
    () => {
      const next = random(7)
      let streamed = 0
      for (const expression of yardstick(shared)) {
        const compiled = compile(expression)
        if (splitStream(compiled, 'Reservations') === null) continue
        streamed += 1
        for (let round = 0; round < casesOf(10); round += 1) {
          const rows = fleet(next)
          expect({ expression, rows, given: inChunks(compiled, rows, next) }).toEqual({
            expression,
            rows,
            given: whole(compiled, rows),
          })
        }
      }
      expect(streamed).toBeGreaterThan(2500)
    },
  )

  test('e(A ++ B) = e(A) ++ e(B) for every expression that is said to stream, and for few that are not', () => {
    const next = random(20261125)
    let streams = 0
    let others = 0
    for (let round = 0; round < casesOf(6000); round += 1) {
      const isRow = round % 2 === 0
      const expression = isRow ? rowExpression(next) : randomExpression(next, wholeWords, 1 + below(next, 4))
      const compiled = compile(expression)
      const [a, b] = [fleet(next), fleet(next)]
      const holds = law(compiled, a, b)
      const parts = splitStream(compiled, 'Reservations')
      if (parts === null || parts.rest !== null) {
        others += holds ? 0 : 1
        continue
      }
      streams += 1
      expect({ expression, a, b, holds }).toMatchObject({ holds: true })
    }
    expect(streams).toBeGreaterThan(casesOf(2900))
    expect(others).toBeGreaterThan(casesOf(1000))
  })

  test('random expressions survive any cut, whatever is left to do with all rows', () => {
    const next = random(20261126)
    let split = 0
    for (let round = 0; round < casesOf(6000); round += 1) {
      const expression = randomExpression(next, wholeWords, 1 + below(next, 4))
      const compiled = compile(expression)
      if (!splitStream(compiled, 'Reservations')?.rest) continue
      split += 1
      const rows = fleet(next)
      expect({ expression, rows, given: inChunks(compiled, rows, next) }).toEqual({
        expression,
        rows,
        given: whole(compiled, rows),
      })
    }
    expect(split).toBeGreaterThan(casesOf(500))
  })

  test('counting keeps none of the rows', () => {
    const parts = splitStream(compile('length(Reservations[].Instances[])'), 'Reservations')
    expect(
      parts?.each({ Reservations: [{ Instances: [{ InstanceId: 'i-1' }, { InstanceId: 'i-2' }] }] }),
    ).toEqual([null, null])
  })

  test('other lists than Reservations stream as well', () => {
    const parts = splitStream(compile('Volumes[].VolumeId'), 'Volumes')
    expect(parts?.each({ Volumes: [{ VolumeId: 'vol-1' }] })).toEqual(['vol-1'])
  })
})

interface StreamSplit {
  readonly each: (document: Json) => readonly Json[]
  readonly rest: ((all: Json) => Json) | null
}

function splitStream(compiled: Compiled, list: string): StreamSplit | null {
  if (hasStrayReference(compiled.ast)) return null
  const parts = split(compiled.ast, list)
  if (parts === null) return null
  const each = compileAst(parts.stream, compiled.expression)
  return {
    each: (document) => {
      const rows = each(document)
      return Array.isArray(rows) ? (rows as readonly Json[]) : []
    },
    rest: parts.rest === null ? null : compileAst(parts.rest, compiled.expression),
  }
}

/** Whether the answers over A and over B, one after the other, are the answer over both. */
function law(compiled: Compiled, a: readonly Json[], b: readonly Json[]): boolean {
  try {
    const [first, second] = [a, b].map((rows) => compiled.search({ Reservations: rows }))
    if (!Array.isArray(first) || !Array.isArray(second)) return false
    return isDeepStrictEqual(compiled.search({ Reservations: [...a, ...b] }), [...first, ...second])
  } catch (error) {
    if (error instanceof JmespathError) return whole(compiled, [...a, ...b]) === 'a JMESPath error'
    throw error
  }
}

function whole(compiled: Compiled, rows: readonly Json[]): Json {
  return outcome(() => compiled.search({ Reservations: rows }))
}

function inChunks(compiled: Compiled, rows: readonly Json[], next: Random): Json {
  const parts = splitStream(compiled, 'Reservations')
  if (parts === null) return 'cannot be streamed'
  return outcome(() => {
    const all: Json[] = []
    for (let from = 0; from < rows.length; ) {
      const to = from + below(next, rows.length - from + 1)
      for (const item of parts.each({ Reservations: rows.slice(from, to) })) all.push(item)
      from = to
    }
    return parts.rest === null ? all : parts.rest(all)
  })
}

/** Which of two errors is met first depends on the cut; that there is one does not. */
function outcome(run: () => Json): Json {
  try {
    return { result: run() }
  } catch (error) {
    if (error instanceof JmespathError) return 'a JMESPath error'
    throw error
  }
}

function yardstick(url: URL): readonly string[] {
  const { vectors } = JSON.parse(readFileSync(url, 'utf8')) as {
    readonly vectors: readonly { readonly expression: string; readonly error?: string }[]
  }
  return [...new Set(vectors.filter(({ error }) => error !== 'syntax').map(({ expression }) => expression))]
}
