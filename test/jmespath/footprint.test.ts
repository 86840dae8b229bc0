import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { compile } from '../../src/jmespath/compile.ts'
import { type Footprint, topLevelFields } from '../../src/jmespath/footprint.ts'
import { JmespathError } from '../../src/jmespath/jmespath-errors.ts'
import type { Json, JsonObject } from '../../src/model.ts'
import { fleet, random } from './fleet.ts'

const cases: readonly [string, Footprint][] = [
  ['Reservations[].Instances[].InstanceId', { resource: ['InstanceId'], group: false }],
  [
    'Reservations[].Instances[].[InstanceId, State.Name]',
    { resource: ['InstanceId', 'State'], group: false },
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
  test.each(cases)('of %s is known', (expression, footprint) => {
    expect(topLevelFields(compile(expression), 'Reservations', 'Instances')).toEqual(footprint)
  })

  test('of a kind that does not nest is its members', () => {
    const footprint = topLevelFields(compile("Volumes[?State=='in-use'].VolumeId"), 'Volumes', null)
    expect(footprint).toEqual({ resource: ['State', 'VolumeId'], group: false })
  })

  const shared = new URL('../../../shared/jmespath/aws-cli-vectors.json', import.meta.url)
  const files = [new URL('vectors.json', import.meta.url), ...(existsSync(shared) ? [shared] : [])]
  test.each(files)('is enough to answer: nothing left out changes an answer (%s)', (file) => {
    const next = random(11)
    let pruned = 0
    for (const expression of expressions(file)) {
      const compiled = compile(expression)
      const footprint = topLevelFields(compiled, 'Reservations', 'Instances')
      if (footprint.resource !== null || !footprint.group) pruned += 1
      for (let round = 0; round < 6; round += 1) {
        const rows = fleet(next).filter(isObject)
        const full = outcome(() => compiled.search({ Reservations: rows }))
        const least = outcome(() =>
          compiled.search({ Reservations: rows.map((row) => prune(row, footprint)) }),
        )
        expect({ expression, rows, given: least }).toEqual({ expression, rows, given: full })
      }
    }
    expect(pruned).toBeGreaterThan(50)
  })
})

function prune(row: JsonObject, { resource, group }: Footprint): JsonObject {
  const { Instances, ...beside } = row
  const instances = Array.isArray(Instances) ? (Instances as readonly JsonObject[]) : []
  const pruned = instances.map((instance) =>
    resource === null
      ? instance
      : Object.fromEntries(Object.entries(instance).filter(([key]) => resource.includes(key))),
  )
  return group ? { ...beside, Instances: pruned } : { Instances: pruned }
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
