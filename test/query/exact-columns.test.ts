import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { compile } from '../../src/jmespath/compile.ts'
import { resourceShape } from '../../src/jmespath/kind-shapes.ts'
import type { Shape } from '../../src/jmespath/shapes.ts'
import { numberColumn, textColumn } from '../../src/kinds/column.ts'
import { makeItemId } from '../../src/kinds/identity.ts'
import { findKind, listKinds, makePlainView } from '../../src/kinds.ts'
import type { Json, JsonObject, Kind, ResolvedScope, Resource } from '../../src/model.ts'
import { answerView } from '../../src/query/answer.ts'
import { readExactColumns } from '../../src/query/plan/exact-columns.ts'
import { allParts } from '../../src/query/plan/expression-plan.ts'
import { makePlan } from '../../src/query/plan/make-plan.ts'
import { ensureTable } from '../../src/store/kind-tables.ts'
import { readLedger } from '../../src/store/ledger.ts'
import { openStore } from '../../src/store/open-store.ts'
import { makeWriter } from '../../src/store/writer.ts'
import { casesOf } from '../helpers/long-runs.ts'
import { saveReading } from '../helpers/save-reading.ts'
import { temporaryFolder } from '../helpers/temporary.ts'
import { below, pick, type Random, random } from '../jmespath/fleet.ts'

describe('a column that is read in place of its expression', () => {
  test('gives the same for any resource that EC2 may give, of every kind', () => {
    const next = random(20_261_127)
    const store = openStore(join(temporaryFolder(), 'x.db'))
    onTestFinished(() => store.close())
    const writer = makeWriter(store)
    writer.rememberProfile('prod', 'f', '111122223333', 1)
    let read = 0
    for (const kind of listKinds()) {
      const resources = Array.from({ length: casesOf(60) }, (_, n) => makeResource(next, kind, n))
      const scope: ResolvedScope = {
        profile: 'prod',
        account: '111122223333',
        region: 'eu-west-1',
        kind: kind.name,
      }
      saveReading(writer, scope, [resources], 1)
      const columns = kind.columns.map(({ expression }, n) => `c${n}: ${expression}`)
      const path = kind.nested ? `${kind.list}[].${kind.nested.list}[]` : `${kind.list}[]`
      const expression = `${path}.{${columns.join(', ')}}`
      const view = makePlainView(kind.name, { profiles: [], accounts: [], regions: [] })
      const answer = answerView({ ...view, expression, origin: false }, store, readLedger(store), null)
      const given = answer.type === 'list' ? [...answer.items] : answer.value
      expect({ kind: kind.name, given }).toEqual({
        kind: kind.name,
        given: resources.map(({ body }) => compile(`{${columns.join(', ')}}`).search(body)),
      })
      read += readExactColumns(store, kind).length
    }
    expect(read).toBeGreaterThan(1000)
  })

  test('is never one whose cells change the type of a value', () => {
    const columns = [
      textColumn('State', { from: 'State.Name' }),
      numberColumn('Cores', { from: 'CpuOptions.CoreCount' }),
      numberColumn('KeyName'),
      textColumn('Threads', { from: 'CpuOptions.ThreadsPerCore' }),
      textColumn('EbsOptimized'),
      textColumn('Placement'),
      textColumn('Groups', { from: 'SecurityGroups[].GroupId' }),
      textColumn('Mixed', { from: 'KeyName || CpuOptions.CoreCount' }),
      textColumn('Unknown', { from: 'NoSuchMember' }),
      textColumn('Region'),
    ]
    const kind: Kind = { ...findKind('instances'), columns, edition: 1 }
    const store = openStore(join(temporaryFolder(), 'x.db'), [kind])
    onTestFinished(() => store.close())
    store.db.transaction(() => ensureTable(store.db, kind))()
    expect(readExactColumns(store, kind).map(({ name }) => name)).toEqual(['State', 'Cores'])
  })

  test('is found by the members that an expression names: the plan is that of all columns', () => {
    const kind = findKind('instances')
    const store = openStore(join(temporaryFolder(), 'x.db'), [kind])
    onTestFinished(() => store.close())
    store.db.transaction(() => ensureTable(store.db, kind))()
    const all = readExactColumns(store, kind)
    for (const { name } of all) {
      const written = kind.columns.find((column) => column.name === name)?.expression
      const tree = compile(
        `Reservations[].Instances[?(${written})=='x'].{Id: InstanceId, Is: ${written}}`,
      ).ast
      const found = readExactColumns(store, kind, tree)
      expect(found.map((column) => column.name)).toContain(name)
      expect(found.length).toBeLessThan(all.length)
      const plan = (columns: typeof all) =>
        makePlan(tree, { kind, origin: true, columns, parts: allParts, byNumber: true })
      expect(plan(found)).toEqual(plan(all))
    }
  })

  test('is found by them in every kind, whatever its expression begins with', () => {
    const kinds = listKinds()
    const store = openStore(join(temporaryFolder(), 'x.db'), kinds)
    onTestFinished(() => store.close())
    store.db.transaction(() => {
      for (const kind of kinds) ensureTable(store.db, kind)
    })()
    for (const kind of kinds) {
      for (const { name, ast } of readExactColumns(store, kind)) {
        const found = readExactColumns(store, kind, ast).map((column) => column.name)
        expect({ kind: kind.name, found }).toEqual({ kind: kind.name, found: expect.arrayContaining([name]) })
      }
    }
  })
})

function makeResource(next: Random, kind: Kind, n: number): Resource {
  const made = makeValue(next, resourceShape(kind, false), 4) as JsonObject
  const body = kind.identity === 'item' ? made : { ...made, [kind.id]: `id-${n}` }
  const id = kind.identity === 'item' ? makeItemId(kind, body, 1) : `id-${n}`
  const group = kind.nested ? { id: 'g', fields: { [kind.nested.id]: 'g' } } : null
  return { id: kind.identity === 'item' ? `${id}/${n + 2}` : id, group, body }
}

/** A value as the schema says, in which any member may be missing. */
function makeValue(next: Random, shape: Shape, depth: number): Json {
  switch (shape.type) {
    case 'scalar':
      return shape.of === 'text'
        ? pick(next, [
            'a',
            '',
            '12',
            '1.50',
            'true',
            'null',
            '{}',
            'ünï😀',
            '0x10',
            '2026-01-01T00:00:00+00:00',
          ])
        : shape.of === 'number'
          ? pick(next, [0, 1, -1, 2.5, 1e21, 1e-7, 123456789012])
          : next() < 0.5
    case 'list':
      return depth === 0
        ? []
        : Array.from({ length: below(next, 3) }, () => makeValue(next, shape.of, depth - 1))
    case 'object': {
      const names = depth === 0 ? [] : shape.listNames().filter(() => next() < 0.7)
      return Object.fromEntries(
        names.map((name) => [name, makeValue(next, shape.findMember(name) ?? { type: 'any' }, depth - 1)]),
      )
    }
    default:
      return pick<Json>(next, ['x', 1, true, null, []])
  }
}
