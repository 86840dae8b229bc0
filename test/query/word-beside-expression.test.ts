import { expect, test } from 'vitest'
import { JmespathError } from '../../src/jmespath/jmespath-errors.ts'
import { findKind } from '../../src/kinds.ts'
import type { Json, JsonObject } from '../../src/model.ts'
import { answerView } from '../../src/query/answer.ts'
import { makeResourceReader } from '../../src/query/column-readers.ts'
import { FilterError } from '../../src/query/filter/filter-error.ts'
import { makeItemTest, resourceRows } from '../../src/query/filter/filter-predicate.ts'
import { wideTableOf } from '../../src/query/wide-table.ts'
import { casesOf, counted } from '../helpers/long-runs.ts'
import { below, pick, random } from '../jmespath/fleet.ts'
import { fillFleet, type PlannedFleet } from './planned-fleet.ts'

const rounds = casesOf(3000)
const kind = findKind('instances')

const filters = [
  'web',
  '!web',
  'prod',
  'true',
  'running',
  '2001',
  'ünï',
  '/^m5/',
  '!/web|prod/',
  'primary',
  '"it\'s"',
  'eu-west-1 !stopped',
  'state=running web',
  'tag:Env=prod 1',
  "[?KeyName=='web'] 1",
  '[?length(KeyName)>`2`] 1',
  '[?length(keys(@))>`9`] web',
  "[?Region=='eu-west-1'] a",
  'launched<2026-01-01 web',
  'null',
] as const

const columns = [
  'NetworkInterfaces[0].Description',
  'NetworkInterfaces[].PrivateIpAddresses[].PrivateIpAddress',
  'CpuOptions.CoreCount',
  'State',
  'Name',
  'tag:Env',
  'Monitoring',
  'MetadataOptions.HttpTokens || KeyName',
  'Tags[].Key',
  'State.Code',
  'State.Name',
  'length(Tags)',
  'keys(@)',
  '[Region, KeyName]',
  'EbsOptimized',
] as const

test(`A word beside a column that is an expression leaves the rows that it leaves over whole resources, errors included, in ${counted(rounds)} tables`, () => {
  const next = random(20_261_127)
  let fleet = fillFleet(next)
  const seen = { narrow: 0, whole: 0, failed: 0, rows: 0 }
  for (let round = 0; round < rounds; round += 1) {
    if (round % 30 === 29) fleet = fillFleet(next)
    const shown = ['InstanceId', ...Array.from({ length: 1 + below(next, 2) }, () => pick(next, columns))]
    const words = Array.from({ length: 1 + below(next, 2) }, () => pick(next, filters))
    const wanted = plainly(fleet, words, shown)
    expect({ shown, words, given: answer(fleet, words, shown) }).toEqual({ shown, words, given: wanted })
    const request = wideTableOf({ ...fleet.view, filters: words, columns: shown }, kind, fleet.store)?.request
    if (request?.paths) seen.narrow += 1
    else seen.whole += 1
    if (typeof wanted === 'string') seen.failed += 1
    else seen.rows += wanted.length
  }
  expect(seen.narrow).toBeGreaterThan(rounds / 3)
  for (const count of Object.values(seen)) expect(count).toBeGreaterThan(0)
})

function plainly({ document, view }: PlannedFleet, words: readonly string[], shown: readonly string[]) {
  return orError(() => {
    const groups = document.Reservations as readonly { readonly Instances: readonly JsonObject[] }[]
    const items = groups.flatMap(({ Instances }) => Instances)
    const test = makeItemTest(words, resourceRows(kind, shown), view.now)
    const readers = shown.map((name) => [name, makeResourceReader(name, kind)] as const)
    return items
      .filter(test)
      .map((item) => Object.fromEntries(readers.map(([name, read]) => [name, read(item)])))
  })
}

function answer({ store, lines, view }: PlannedFleet, words: readonly string[], shown: readonly string[]) {
  return orError(() => {
    const given = answerView(
      { ...view, expression: null, filters: words, columns: shown },
      store,
      lines,
      null,
    )
    return given.type === 'list' ? [...given.items] : []
  })
}

function orError(work: () => readonly Json[]): readonly Json[] | string {
  try {
    return work()
  } catch (error) {
    if (error instanceof JmespathError || error instanceof FilterError) return error.message
    throw error
  }
}
