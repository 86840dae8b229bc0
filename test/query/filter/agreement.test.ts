import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { JmespathError } from '../../../src/jmespath/jmespath-errors.ts'
import { findKind, makePlainView, originFields } from '../../../src/kinds.ts'
import type { Answer, Json, JsonObject, Kind, ResolvedScope, Resource, View } from '../../../src/model.ts'
import { answerResources, answerView } from '../../../src/query/answer.ts'
import { FilterError } from '../../../src/query/filter/filter-error.ts'
import { compileRowFilters } from '../../../src/query/filter/filter-sql.ts'
import { listResources } from '../../../src/query/listing.ts'
import { readLedger } from '../../../src/store/ledger.ts'
import { narrowView } from '../../../src/store/narrow.ts'
import { openStore } from '../../../src/store/open-store.ts'
import { makeWriter } from '../../../src/store/writer.ts'
import { casesOf, counted } from '../../helpers/long-runs.ts'
import { pickFrom, random } from '../../helpers/random.ts'
import { saveReading } from '../../helpers/save-reading.ts'
import { temporaryFolder } from '../../helpers/temporary.ts'

const now = Date.parse('2026-01-31T08:00:00Z')

const filterCount = casesOf(2_500)
const viewCount = casesOf(500)
const tagViewCount = casesOf(1_000)

describe('a filter', () => {
  test.each(['instances', 'volumes'])(
    `leaves the same %s in SQL, over whole resources, live and on the screen: ${counted(filterCount)} random ones`,
    (name) => {
      const dice = random(name.length)
      const fleet = makeFleet(findKind(name), dice)
      let count = 0
      let selective = 0
      let failing = 0
      while (count < filterCount) {
        const filters = Array.from({ length: dice() < 0.8 ? 1 : 2 }, () => randomFilter(fleet, dice))
        const found = fleet.ask(filters, count % 5 === 0)
        if (found === null) continue
        count += 1
        if (typeof found.sql === 'string') failing += 1
        else if (found.sql.length > 0 && found.sql.length < fleet.size) selective += 1
        const why = JSON.stringify(filters)
        expect(found.wide, why).toEqual(found.sql)
        expect(found.live, why).toEqual(found.sql)
        if (found.tagged !== null) expect(found.tagged, why).toEqual(found.sql)
        expect(found.screen, why).toEqual(found.isInSql ? found.sql : null)
      }
      // Filters that leave nothing, or everything, would show little.
      expect(selective).toBeGreaterThan(0.28 * filterCount)
      expect(failing).toBeGreaterThan(0.002 * filterCount)
    },
  )

  test.each(['instances', 'volumes'])(
    `leaves the same cells of %s with expressions, sorted and counted, errors included, as over whole resources: ${counted(viewCount)} random ones`,
    (name) => {
      const dice = random(name.length + 20)
      const kind = findKind(name)
      const fleet = makeFleet(kind, dice)
      const own = kind.columns.map((column) => column.name)
      const sortBy = (column: string) => ({ column, descending: dice() < 0.5 })
      const some = () => pickFrom(expressions, dice)
      let failing = 0
      for (let round = 0; round < viewCount; round += 1) {
        const filters = Array.from({ length: Math.floor(dice() * 3) }, () => randomFilter(fleet, dice))
        const mayFail = filters.some((filter) => filter.includes('length(KeyName)'))
        const view = pickFrom<Partial<View>>(
          [
            { columns: [kind.id, some()] },
            { columns: [...own, some(), 'tag:Env', some()] },
            { columns: [kind.id, some(), 'tag:*'], limit: mayFail ? null : pickFrom([null, 5], dice) },
            { columns: [some(), kind.id], sort: { ...sortBy(some()), next: sortBy(kind.id) } },
            { columns: [some(), kind.id], sort: sortBy(pickFrom(own, dice)), limit: mayFail ? null : 9 },
            { group: [some(), 'Region'], sort: sortBy('Count') },
          ],
          dice,
        )
        const { given, wanted } = fleet.compare({ ...view, filters })
        expect({ view, filters, given }).toEqual({ view, filters, given: wanted })
        if (typeof wanted === 'string') failing += 1
      }
      expect(failing).toBeGreaterThan(0.05 * viewCount)
      expect(failing).toBeLessThan(0.5 * viewCount)
    },
  )

  test.each(['instances', 'volumes'])(
    `leaves the same cells of %s with their tags, sorted and counted, as over whole resources: ${counted(tagViewCount)} random ones`,
    (name) => {
      const dice = random(name.length + 10)
      const kind = findKind(name)
      const fleet = makeFleet(kind, dice)
      const own = kind.columns.map((column) => column.name)
      const sortBy = (column: string) => ({ column, descending: dice() < 0.5 })
      for (let round = 0; round < tagViewCount; round += 1) {
        const filters = dice() < 0.3 ? [] : [randomFilter(fleet, dice)]
        // SQL asks all rows before the first comes out: what fails behind the limit fails there alone.
        const mayFail = filters.some((filter) => filter.includes('length(KeyName)'))
        const view = pickFrom<Partial<View>>(
          [
            { columns: [...own, 'tag:Env', 'Region'] },
            { columns: [kind.id, 'tag:*'], limit: mayFail ? null : pickFrom([null, 5], dice) },
            { columns: ['tag:Name', 'AccountName'], sort: sortBy('tag:Env') },
            {
              columns: ['tag:Owner', kind.id],
              sort: { ...sortBy(pickFrom(own, dice)), next: sortBy(kind.id) },
            },
            { columns: [kind.id], sort: { ...sortBy('Region'), next: sortBy('tag:Name') }, limit: 7 },
            { group: ['tag:Env', kind.state?.column ?? kind.id], sort: sortBy('Count'), top: 9 },
            { group: ['Region'], columns: ['Region', 'Count'] },
          ],
          dice,
        )
        const { given, wanted } = fleet.compare({ ...view, filters })
        expect({ view, filters, given }).toEqual({ view, filters, given: wanted })
      }
    },
  )
})

/** What names and tags hold: what SQL, patterns and small letters may take for something else. */
const texts = [
  'web-1',
  'Web-1',
  'WEB-10',
  'web 2',
  'we-2',
  'payments-API',
  '100%',
  '100',
  '1e3',
  'a_b',
  'a*b',
  'a?b',
  "it's",
  'say "hi"',
  'back\\slash',
  '/dev/sdf',
  'STRASSE straße',
  'ΑΣ',
  'ΑΣΑ',
  'İstanbul',
  'Kelvin \u212a',
  'kelvin k',
  '東京',
  '😀 smile',
  'tab\there',
  'line\nbreak',
  'bell\u0007',
  'nul\u0000byte',
  'Env=prod',
  'fe80::1',
  'arn:aws:iam::1:role/x',
  '2026-01-01',
  '',
  ' ',
  'null',
]
const keys = ['Name', 'Env', 'env', 'Owner', 'a=b', 'aws:autoscaling:groupName', 'Größe', 'two words', '%']
/** Regular expressions of every construction, of which SQL looks for a part of first. */
const regexes = [
  '/^web/',
  '/\\d+$/',
  '/^$/',
  '/S/',
  '/ß|k/',
  '/^Env=/',
  '/a.b/',
  '/prod$/',
  '/[)]?w(zzz)?eb/',
  '/web{0}-2/',
  '/web?-2/',
  '/running|in-use$/',
  '/(web)?-1/',
  '/web|prod/',
  '/pay[^x]+API/',
  '/we?b/',
  '/\\bprod\\b/',
  '/a(?=.b)/',
  '/İ|\\p{Lu}/',
  '/^(w?e?b?)*-.*\\d$/',
  '/(?<=(p|P)a+y)(m|en|ts)*-/',
  '/x?y*(z)?[q]?1{1}0+%/',
]
/** The last one fails over some rows: so must the answer, unless nothing else leaves them. */
const conditions = [
  '[?Tags]',
  '[?length(Tags || `[]`) > `1`]',
  "[?contains(keys(@), 'KeyName')]",
  "[?State.Name=='running' || State=='in-use']",
  "[?AccountId=='444455556666']",
  "[?Tags[?Key=='Env']]",
  '[?length(KeyName) > `4`]',
]
/** What is shown as a column: of whole resources, of a few members, of columns, and what fails over some rows. */
const expressions = [
  "Tags[?Key=='Env'].Value | [0]",
  "Tags[?Key=='Name'].Value | [0]",
  'keys(@)',
  '{All: @}',
  'State.Name || State',
  '[State.Name, Size, LaunchTime, KeyName]',
  "join('-', [Region, not_null(KeyName || SnapshotId, 'x')])",
  'length(KeyName || VolumeType)',
  'AccountId',
  "contains(not_null(KeyName, ''), 'we')",
  'Nobody.Nothing',
  'sort_by(Tags, &Value)[0].Key',
  'Tags[].Key',
  '*',
  'foo.',
]
const addresses = [
  '10.1.2.3',
  '10.1.2.0/24',
  '10.1.0.0/16',
  '10.1.255.255',
  '10.1.255.255/32',
  '10.10.2.3',
  '192.0.2.1',
  '10.1.2.30',
]
const times = [
  '2026-01-01T00:00:00+00:00',
  '2025-12-31T23:59:59+00:00',
  '2026-01-30T08:00:00.500000+00:00',
  '2026-01-31T07:00:00.000Z',
  '2026-01-01T01:00:00+02:00',
  'never',
]

function randomBody(kind: Kind, id: string, dice: () => number): JsonObject {
  const text = () => pickFrom(texts, dice)
  const maybe = (value: Json): Json => (dice() < 0.2 ? null : value)
  const tagged = dice() < 0.85
  const Tags = Array.from({ length: Math.floor(dice() * 4) }, () => ({
    Key: pickFrom(keys, dice),
    Value: text(),
  }))
  const common = { [kind.id]: id, ...(tagged ? { Tags } : {}) }
  if (kind.name === 'volumes')
    return {
      ...common,
      State: dice() < 0.08 ? pickFrom(['error', null], dice) : pickFrom(['in-use', 'available'], dice),
      Size: maybe(pickFrom([0, 1, 8, 100, 1000, 0.5], dice)),
      Iops: maybe(pickFrom([100, 3000, 'n/a'], dice)),
      Encrypted: maybe(dice() < 0.5),
      VolumeType: pickFrom(['gp2', 'gp3', 'io1'], dice),
      CreateTime: maybe(pickFrom(times, dice)),
      SnapshotId: maybe(text()),
    }
  return {
    ...common,
    State: {
      Code: 16,
      Name:
        dice() < 0.08
          ? pickFrom(['pending', null], dice)
          : pickFrom(['running', 'stopped', 'terminated'], dice),
    },
    InstanceType: pickFrom(['m5.large', 'm5.2xlarge', 'm6i.large', 't3.nano'], dice),
    PrivateIpAddress: maybe(pickFrom(addresses, dice)),
    PublicIpAddress: maybe(pickFrom([...addresses, '2001:db8::1'], dice)),
    LaunchTime: maybe(pickFrom(times, dice)),
    KeyName: maybe(text()),
    ImageId: maybe(text()),
  }
}

/** A filter as people may write it, of every form, with values that are in the rows as often as not. */
function randomFilter({ names }: { readonly names: readonly string[] }, dice: () => number): string {
  const terms = Array.from({ length: dice() < 0.6 ? 1 : 2 }, () => {
    const inverse = dice() < 0.2 ? '!' : ''
    return inverse + randomTerm(names, dice)
  })
  return terms.join(' ')
}

function randomTerm(names: readonly string[], dice: () => number): string {
  const value = () => writeValue(randomText(dice), dice)
  const operator = pickFrom([':', ':', '=', '=', '!=', '<', '<=', '>', '>='], dice)
  const fitting = pickFrom(
    [
      '10.1.0.0/16',
      '2001:db8::/32',
      '100',
      '8',
      '30d',
      '1h',
      '1y',
      '1d7h30m',
      '2026-01-01',
      '2026',
      '-1d',
      'm5.large',
      'running',
    ],
    dice,
  )
  switch (Math.floor(dice() * 9)) {
    case 0:
    case 1:
      return value()
    case 2:
      return pickFrom(regexes, dice)
    case 3:
      return `${pickFrom(names, dice)}${operator}${fitting}`
    case 4:
      return `tag:${quote(pickFrom(keys, dice))}${dice() < 0.4 ? '' : `${operator === ':' ? '=' : operator}${value()}`}`
    case 5:
      return `${pickFrom(['Env', 'owner', 'Größe', 'nothing'], dice)}=${value()}`
    case 6:
      return pickFrom(conditions, dice)
    case 7:
      return pickFrom(
        [
          'eu-west-1',
          'EU',
          'profile:prod*',
          'account=111122223333',
          'region:/^us-/',
          'ip:10.1.0.0/16',
          '!ip:10.1.2.0/24',
          // So few rows that the index of the states leads to them.
          'state:/^[ep]/',
          'state=pending',
          'state=error',
          'state=""',
          'Prod',
          '"running\nm"',
          '"in-use\ngp"',
        ],
        dice,
      )
    default:
      return `${pickFrom(names, dice)}${operator}${value()}`
  }
}

/** A text of the rows, or a piece of one, in another case now and then. */
function randomText(dice: () => number): string {
  const text = pickFrom([...texts, ...addresses], dice)
  const characters = [...text]
  const from = Math.floor(dice() * 3)
  const piece = dice() < 0.4 ? characters.slice(from, from + 1 + Math.floor(dice() * 4)).join('') : text
  return dice() < 0.2 ? piece.toUpperCase() : dice() < 0.5 ? piece.toLowerCase() : piece
}

function writeValue(text: string, dice: () => number): string {
  if (dice() < 0.2) return text.replace(/[\s"]/g, '?').replace(/^.|.$/u, '*')
  return dice() < 0.5 || /[\s"]|^$|^[/[!]/.test(text) ? quote(text) : text
}

function quote(text: string): string {
  return `"${text.replaceAll(/["\\]/g, '\\$&')}"`
}

function unlessFailing(ask: () => readonly Json[]): readonly Json[] | string {
  try {
    return ask()
  } catch (error) {
    if (error instanceof JmespathError) return `fails: ${error.kind}`
    throw error
  }
}

function makeFleet(kind: Kind, dice: () => number) {
  const store = openStore(join(temporaryFolder(), 'inventory.db'))
  onTestFinished(() => store.close())
  const writer = makeWriter(store)
  const read = ['eu-west-1', 'us-east-1', 'ap-south-1'].map((region, place) => {
    const profile = place === 1 ? 'Prod' : 'test'
    const account = place === 1 ? '444455556666' : '111122223333'
    const scope: ResolvedScope = { profile, account, region, kind: kind.name }
    writer.rememberProfile(profile, 'f', account, 1)
    const resources = Array.from({ length: 25 }, (_, n): Resource => {
      const id = `x-${place}-${n}`
      return { id, group: null, body: randomBody(kind, id, dice) }
    })
    saveReading(writer, scope, [resources], 1)
    return { scope, accountName: account, resources }
  })
  const lines = readLedger(store)
  const found = lines.flatMap(({ scope, accountName }) => {
    const one = read.find((each) => each.scope.region === scope.region)
    return one ? [{ ...one, accountName: accountName ?? one.scope.account }] : []
  })
  const plain = makePlainView(kind.name, { profiles: [], accounts: [], regions: [] }, now)
  const idsOf = (answer: Answer) =>
    answer.type === 'list' ? [...answer.items].map((row) => (row as JsonObject)[kind.id] ?? null) : []
  const columns = [kind.id]
  return {
    names: [...kind.columns.map(({ name }) => name), ...originFields, 'type', 'ip', 'age', 'account'],
    size: 75,
    /** What a view shows from the cache and over whole resources. */
    compare(change: Partial<View>) {
      const view: View = { ...plain, ...change }
      const ask = (answer: () => Answer) => {
        try {
          return showing(answer)
        } catch (error) {
          if (error instanceof FilterError || error instanceof JmespathError) return error.message
          throw error
        }
      }
      return {
        given: ask(() => answerView(view, store, lines, null)),
        wanted: ask(() => answerResources(view, found, null)),
      }
    },
    /** The ids that each way leaves; null if the filter cannot be asked. */
    ask(filters: readonly string[], withTags: boolean) {
      const view: View = { ...plain, filters, columns }
      try {
        const sql = unlessFailing(() => idsOf(answerView(view, store, lines, null)))
        const withColumn = (column: string) => ({ ...view, columns: [kind.id, column] })
        const tagged = withTags
          ? unlessFailing(() => idsOf(answerView(withColumn('tag:Env'), store, lines, null)))
          : null
        const expression = withTags ? '[@] | [1]' : 'Nobody.Nothing'
        const wide = unlessFailing(() => idsOf(answerView(withColumn(expression), store, lines, null)))
        const live = unlessFailing(() => idsOf(answerResources(view, found, null)))
        const compiled = compileRowFilters(filters, kind, columns, store, now)
        const screen = compiled && unlessFailing(() => listed(compiled))
        return { sql, wide, live, tagged, isInSql: compiled !== null, screen }
      } catch (error) {
        if (error instanceof FilterError) return null
        throw error
      }
    },
  }

  function showing(ask: () => Answer): Json | string {
    const answer = ask()
    return answer.type === 'value' ? answer.value : [answer.columns ?? [], [...answer.items]]
  }

  function listed(filters: NonNullable<ReturnType<typeof compileRowFilters>>) {
    const narrow = narrowView(columns, null, kind, store)
    if (!narrow) throw new Error('the narrow columns do not hold the id')
    const work = listResources(store, { kind, columns, narrow, filters, lines, known: new Map() })
    for (;;) {
      const { done, value } = work.next()
      if (done) return value.readRows(0, value.total).map((row) => row?.cells[0] ?? null)
    }
  }
}
