import { existsSync, readFileSync } from 'node:fs'
import { isDeepStrictEqual } from 'node:util'
import { describe, expect, test } from 'vitest'
import type { Ast } from '../../src/jmespath/ast.ts'
import { compile, compileAst } from '../../src/jmespath/compile.ts'
import { JmespathError } from '../../src/jmespath/jmespath-errors.ts'
import { findRowNeeds, type RowNeeds } from '../../src/jmespath/row-needs.ts'
import type { Json, JsonObject } from '../../src/model.ts'
import { fleet, random } from './fleet.ts'

/** Paths are written as one writes them. */
interface Touched {
  readonly resource: readonly string[] | null
  readonly group: boolean
}

const cases: readonly [string, Touched][] = [
  ['Reservations[].Instances[].InstanceId', { resource: ['InstanceId'], group: false }],
  [
    'Reservations[].Instances[].[InstanceId, State.Name]',
    { resource: ['InstanceId', 'State.Name'], group: false },
  ],
  [
    "Reservations[].Instances[?Tags[?Key=='Env']].InstanceId",
    { resource: ['InstanceId', 'Tags'], group: false },
  ],
  ['length(Reservations[].Instances[])', { resource: [], group: false }],
  ['Reservations[].{Owner: OwnerId, N: length(Instances)}', { resource: [], group: true }],
  [
    'sort_by(Reservations[].Instances[], &LaunchTime)[0].InstanceId',
    { resource: ['InstanceId', 'LaunchTime'], group: false },
  ],
  ['sort_by(Reservations[].Instances[], &LaunchTime)[0]', { resource: null, group: false }],
  ['map(&InstanceId, Reservations[].Instances[])', { resource: ['InstanceId'], group: false }],
  ['Reservations[].Instances[]', { resource: null, group: false }],
  ['Reservations[].Instances[].{All: @}', { resource: null, group: false }],
  ['Reservations[].Instances[].keys(@)', { resource: null, group: false }],
  ['Reservations[].Instances[].*', { resource: null, group: false }],
  ['Reservations[].Instances[?@].InstanceId', { resource: null, group: false }],
  ['Reservations', { resource: null, group: true }],
  ['@', { resource: null, group: true }],
  ['*', { resource: null, group: true }],
  ['to_array(&Reservations)', { resource: null, group: true }],
]

describe('what an expression can touch', () => {
  test.each(cases)('of %s is known', (expression, touched) => {
    expect(touchedOf(needsOf(expression))).toEqual(touched)
  })

  test('of a kind that does not nest is its members', () => {
    const { ast } = compile("Volumes[?State=='in-use'].VolumeId")
    const { needs } = findRowNeeds(ast, [{ name: 'Volumes', nested: null, columns: [] }])
    expect(needs.get('Volumes')).toEqual({
      paths: [['State'], ['VolumeId']],
      columns: [],
      group: false,
      seen: true,
      conditions: [ast.type === 'filter-projection' && ast.condition],
    })
  })

  test('of several lists is known for each', () => {
    const { ast } = compile('[Volumes[].VolumeId, Vpcs[0], Reservations[].Instances[].State.Name]')
    const { needs } = findRowNeeds(ast, [
      { name: 'Volumes', nested: null, columns: [] },
      { name: 'Vpcs', nested: null, columns: [] },
      { name: 'Reservations', nested: 'Instances', columns: [] },
    ])
    expect([...needs.values()].map(({ paths }) => paths)).toEqual([[['VolumeId']], null, [['State', 'Name']]])
  })

  const shared = new URL('../../../shared/jmespath/aws-cli-vectors.json', import.meta.url)
  const files = [new URL('vectors.json', import.meta.url), ...(existsSync(shared) ? [shared] : [])]
  test.each(files)('is enough to answer: nothing left out changes an answer (%s)', (file) => {
    const next = random(11)
    let pruned = 0
    let chosen = 0
    for (const expression of expressions(file)) {
      const compiled = compile(expression)
      const needs = needsOf(expression)
      if (needs.paths !== null || !needs.group) pruned += 1
      if (needs.conditions !== null) chosen += 1
      for (let round = 0; round < 6; round += 1) {
        const rows = fleet(next).filter(isObject)
        const full = outcome(() => compiled.search({ Reservations: rows }))
        const least = outcome(() => compiled.search({ Reservations: rows.map((row) => prune(row, needs)) }))
        expect({ expression, rows, given: least }).toEqual({ expression, rows, given: full })
      }
    }
    expect(pruned).toBeGreaterThan(50)
    expect(chosen).toBeGreaterThan(20)
  })
})

function needsOf(expression: string): RowNeeds {
  const { ast } = compile(expression)
  const { needs } = findRowNeeds(ast, [{ name: 'Reservations', nested: 'Instances', columns: [] }])
  return needs.get('Reservations') ?? { paths: null, columns: [], group: true, seen: true, conditions: null }
}

function touchedOf({ paths, group }: RowNeeds): Touched {
  return { resource: paths?.map((path) => path.join('.')).sort() ?? null, group }
}

function prune(row: JsonObject, { paths, group, conditions }: RowNeeds): JsonObject {
  const { Instances, ...beside } = row
  const instances = Array.isArray(Instances) ? (Instances as readonly JsonObject[]) : []
  const left = instances.filter((instance) => conditions?.some((each) => isMet(each, instance)) ?? true)
  const pruned = left.map((instance) => (paths === null ? instance : membersAt(instance, paths)))
  return group ? { ...beside, Instances: pruned } : { Instances: pruned }
}

/** What fails may matter. */
function isMet(condition: Ast, instance: Json): boolean {
  const found = outcome(() => compileAst({ type: 'not', operand: condition }, '')(instance))
  return !isDeepStrictEqual(found, { result: true })
}

/** The members at these paths and no others, as SQLite makes them: null where there is nothing. */
function membersAt(value: JsonObject, paths: readonly (readonly string[])[]): JsonObject {
  const names = [...new Set(paths.map(([first = '']) => first))]
  return Object.fromEntries(
    names.map((name) => {
      const below = paths.filter(([first]) => first === name).map((path) => path.slice(1))
      const member = Object.hasOwn(value, name) ? (value[name] ?? null) : null
      if (below.some((path) => path.length === 0)) return [name, member]
      const inside =
        typeof member === 'object' && !Array.isArray(member) ? (member as JsonObject | null) : null
      return [name, membersAt(inside ?? {}, below)]
    }),
  )
}

function isObject(row: Json): row is JsonObject {
  return typeof row === 'object' && row !== null && 'Instances' in row
}

function outcome(run: () => Json): Json {
  try {
    return { result: run() }
  } catch (error) {
    if (error instanceof JmespathError) return error.kind
    throw error
  }
}

function expressions(url: URL): readonly string[] {
  const { vectors } = JSON.parse(readFileSync(url, 'utf8')) as {
    readonly vectors: readonly { readonly expression: string; readonly error?: string }[]
  }
  return [...new Set(vectors.filter(({ error }) => error !== 'syntax').map(({ expression }) => expression))]
}
