/** Random fleets in a cache, and expressions over them: the same seed gives the same ones. */

import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { findKind, makePlainView, originOf } from '../../src/kinds.ts'
import type { Json, JsonObject, ResolvedScope, Resource, View } from '../../src/model.ts'
import { type LedgerLine, readLedger } from '../../src/store/ledger.ts'
import { openStore, type Store } from '../../src/store/open-store.ts'
import { makeWriter } from '../../src/store/writer.ts'
import { saveReading } from '../helpers/save-reading.ts'
import { temporaryFolder } from '../helpers/temporary.ts'
import { below, pick, type Random } from '../jmespath/fleet.ts'
import { randomExpression, wholeWords } from '../jmespath/random-expressions.ts'

export interface PlannedFleet {
  readonly store: Store
  readonly lines: readonly LedgerLine[]
  readonly view: View
  /** The AWS CLI's document of all scopes. */
  readonly document: JsonObject
}

/** A cache of a few scopes with instances as AWS gives them: any member may be missing, none is of another type. */
export function fillFleet(next: Random): PlannedFleet {
  return fillScopes(makeScopes(next))
}

/** As `fillFleet`, for tests that only read it: whoever opens it closes its store. */
export function openFleet(next: Random): PlannedFleet {
  return openScopes(makeScopes(next))
}

function makeScopes(next: Random): readonly FilledScope[] {
  return [
    ['prod', '111122223333'],
    ['test', '444455556666'],
  ].flatMap(([profile = '', account = '']) =>
    ['eu-west-1', 'us-east-1']
      .filter(() => next() < 0.8)
      .map((region) => ({
        profile,
        account,
        region,
        resources: Array.from({ length: below(next, 7) }, (_, n) =>
          makeInstance(next, `${account}/${region}`, n),
        ),
      })),
  )
}

interface FilledScope {
  readonly profile: string
  readonly account: string
  readonly region: string
  readonly resources: readonly Resource[]
  /** Instances if it is not given. */
  readonly kind?: string
}

export function fillScopes(scopes: readonly FilledScope[]): PlannedFleet {
  const fleet = openScopes(scopes)
  onTestFinished(() => fleet.store.close())
  return fleet
}

function openScopes(scopes: readonly FilledScope[]): PlannedFleet {
  const store = openStore(join(temporaryFolder(), 'x.db'))
  const writer = makeWriter(store)
  for (const { profile, account, region, resources, kind: name = 'instances' } of scopes) {
    writer.rememberProfile(profile, 'f', account, 1)
    const scope: ResolvedScope = { profile, account, region, kind: name }
    saveReading(writer, scope, [resources], 1)
  }
  const lines = readLedger(store)
  const names = new Set(['instances', ...scopes.map(({ kind = 'instances' }) => kind)])
  const lists = [...names].map((name): readonly [string, Json] => {
    const kind = findKind(name)
    const rows = lines
      .filter(({ scope }) => scope.kind === name)
      .flatMap((line): JsonObject[] => {
        const { account, region } = line.scope
        const scope = scopes.find(
          (each) => each.account === account && each.region === region && (each.kind ?? 'instances') === name,
        )
        const resources = scope?.resources ?? []
        const bodyOf = ({ body }: Resource): JsonObject => ({ ...body, ...originOf(line) })
        if (!kind.nested) return resources.map(bodyOf)
        const groups = Map.groupBy(resources, ({ group }) => group?.id)
        return [...groups.values()].map((members) => ({
          ...members[0]?.group?.fields,
          Instances: members.map(bodyOf),
        }))
      })
    return [kind.list, rows]
  })
  const view = makePlainView('instances', { profiles: [], accounts: [], regions: [] })
  return { store, lines, view, document: Object.fromEntries(lists) }
}

/** Volumes beside the instances of a fleet, in a few scopes. */
export function fillTwoKinds(next: Random): PlannedFleet {
  const places = [
    { profile: 'prod', account: '111122223333', region: 'eu-west-1' },
    { profile: 'test', account: '444455556666', region: 'us-east-1' },
  ]
  const scopes = places.flatMap((place) => {
    const name = `${place.account}/${place.region}`
    const instances = Array.from({ length: 1 + below(next, 6) }, (_, n) => makeInstance(next, name, n))
    const ids = instances.map(({ id }) => id) as [string]
    const volumes = Array.from({ length: below(next, 6) }, (_, n) => makeVolume(next, `${name}/${n}`, ids))
    const filled: readonly FilledScope[] = [
      { ...place, resources: instances },
      { ...place, resources: volumes, kind: 'volumes' },
    ]
    return filled.filter(({ kind, profile }) => kind === undefined || profile === 'prod' || next() < 0.9)
  })
  return fillScopes(scopes)
}

function makeVolume(next: Random, name: string, instances: readonly [string, ...string[]]): Resource {
  const maybe = (value: Json): Json | undefined => (next() < 0.15 ? undefined : value)
  const members: Record<string, Json | undefined> = {
    Size: maybe(below(next, 100)),
    Encrypted: maybe(next() < 0.5),
    State: maybe(pick(next, ['in-use', 'available'])),
    Attachments: next() < 0.5 ? [] : [{ InstanceId: pick(next, instances) }],
    Tags: maybe([{ Key: 'Name', Value: pick(next, texts) }]),
    Iops: maybe(100 * below(next, 4)),
  }
  const body = Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined))
  return { id: `vol-${name}`, group: null, body: { VolumeId: `vol-${name}`, ...body } as JsonObject }
}

function makeInterfaces(next: Random): Json {
  return Array.from({ length: below(next, 3) }, (): JsonObject => {
    const all: Record<string, Json> = {
      Description: pick(next, texts),
      Attachment: next() < 0.3 ? {} : { DeviceIndex: below(next, 3), Status: pick(next, states) },
      Ipv6Addresses: Array.from({ length: below(next, 2) }, () => ({ Ipv6Address: '2001:db8::1' })),
      PrivateIpAddresses: Array.from({ length: below(next, 3) }, (_, n) => ({
        Primary: n === 0,
        PrivateIpAddress: pick(next, texts),
        ...(next() < 0.5 ? { Association: next() < 0.2 ? null : { PublicIp: pick(next, texts) } } : {}),
      })),
    }
    return Object.fromEntries(Object.entries(all).filter(() => next() < 0.8))
  })
}

function makeInstance(next: Random, place: string, n: number): Resource {
  const group = `r-${place}-${below(next, 4)}`
  const maybe = (value: Json): Json | undefined => {
    if (next() < 0.25) return undefined
    return next() < 0.1 ? null : value
  }
  const members: Record<string, Json | undefined> = {
    InstanceType: maybe(pick(next, types)),
    LaunchTime: maybe(pick(next, times)),
    State: maybe({ Code: pick(next, [0, 16, 80]), Name: pick(next, states) }),
    KeyName: maybe(pick(next, texts)),
    PublicIpAddress: maybe(pick(next, ['198.51.100.7', ''])),
    EbsOptimized: maybe(next() < 0.5),
    CpuOptions: maybe({ CoreCount: below(next, 4), ThreadsPerCore: 1 + below(next, 2) }),
    NetworkInterfaces: maybe(makeInterfaces(next)),
    MetadataOptions: maybe(next() < 0.2 ? {} : { HttpTokens: pick(next, ['optional', 'required']) }),
    Tags: maybe(
      ['Name', 'Env', '😀'].filter(() => next() < 0.5).map((Key) => ({ Key, Value: pick(next, texts) })),
    ),
  }
  const body = Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined))
  const id = `i-${place}-${n}`
  return {
    id,
    group: { id: group, fields: { OwnerId: place.slice(0, 12), ReservationId: group } },
    body: { InstanceId: id, ...body } as JsonObject,
  }
}

const types = ['t3.micro', 'm5.large', 'c7g.xlarge'] as const
const times = ['2024-01-02T00:00:00+00:00', '2025-03-04T05:06:07+00:00', '2026-01-01T00:00:00+00:00'] as const
const states = ['running', 'stopped', 'terminated'] as const
const texts = ['web', 'prod', '', 'ünïcode', '12', 'a😀b', 'ﬀ', 'true', "it's", '{"a":1}'] as const

/** Expressions over instances and volumes. */
export const expressionsOfTwo: readonly string[] = [
  "[Volumes[?State=='available'].[VolumeId, Tags[?Key=='Name'].Value | [0]], Reservations[].Instances[].[InstanceId, State.Name]][]",
  '{volumes: length(Volumes), instances: length(Reservations[].Instances[]), first: Volumes[0]}',
  'Volumes[?Size>`50`] | [0].Tags',
  "Volumes[].Attachments[].InstanceId | [?starts_with(@, 'i-')]",
  '[Volumes[].Size, Reservations[].Instances[].CpuOptions.CoreCount][] | sum(@)',
  'sort_by(Volumes, &Size)[].VolumeId',
  'Reservations[].[ReservationId, Instances[].KeyName]',
  '[max_by(Volumes, &State), keys(@)]',
  '*[].Region',
  "[Volumes[?Region=='eu-west-1'].AccountName, Reservations[].Instances[0].Profile][]",
  '[Volumes[].length(Attachments), Reservations[].Instances[].length(KeyName)][]',
  '{branches: "branch:0", volumes: Volumes[].VolumeId}',
  '[length(Volumes), length(@), keys(@), values(@)[].Region, Volumes[].Size]',
  '@ == `{}` || Volumes[].Size',
  '[Volumes[?!Attachments], Reservations[].Instances[?EbsOptimized]]',
  '{free: Volumes[?!Attachments], odd: Volumes[?length(State)>`6`]}',
]

/** An expression over instances and volumes, put together of those that people write over one of them. */
export function expressionOverTwo(next: Random): string {
  const some = () => (next() < 0.5 ? `(${plannedExpression(next)})` : `(${expressionOverVolumes(next)})`)
  if (next() < 0.15) return some()
  const [one, other] = [some(), next() < 0.8 ? some() : '@']
  return pick<() => string>(next, [
    () => `{one: ${one}, other: ${other}}`,
    () => `{one: ${one}, other: ${other}, again: ${one}}`,
    () => `[${one}, ${other}]`,
    () => `[${one}, ${other}][]`,
    () => `[${one}, ${other}, ${some()}] | [1]`,
    () => `${one} || ${other}`,
    () => `${one} && ${other}`,
    () => `!${one} && ${other}`,
    () => `length(${one}) > length(${other})`,
    () => `${one} == ${other}`,
    () => `not_null(${one}, ${other})`,
    () => `contains(${one}, ${other})`,
    () => `{one: ${one}} | {kept: one, lost: ${other}}`,
    () => `@ | [${one}, ${other}]`,
    () => `{one: ${one}, all: keys(@), none: Nothing}`,
    () => `[${one}, ${other}, to_array(&Volumes)]`,
    () => `[${one}, ${other}, nonsense(@)] | [0]`,
    () => `merge({one: ${one}}, {other: ${other}})`,
    () => `[${one}, ${other}][?@]`,
    () => `{one: ${one}, other: ${other}}.*[]`,
  ])()
}

function expressionOverVolumes(next: Random): string {
  const condition = pick<() => string>(next, [
    () => `Size>\`${below(next, 100)}\``,
    () => "State=='available'",
    () => "State=='in-use' && Encrypted",
    () => "Region=='eu-west-1'",
    () => `contains([${pick(next, ["'in-use'", "'available'", '`1`'])}], State)`,
    () => `Attachments[?starts_with(InstanceId, 'i-')]`,
    () => '!Attachments',
    () => 'Attachments == `[]`',
    () => "Tags[?contains(Value, 'w')]",
    () => `length(State)>\`${5 + below(next, 4)}\` && Size>\`50\``,
    () => `Size>'5'`,
    () => `VolumeId=='vol-111122223333/eu-west-1/${below(next, 3)}'`,
  ])()
  const list = pick(next, ['Volumes', 'Volumes[]', `Volumes[?${condition}]`, `Volumes[?${condition}]`])
  return pick(next, [
    list,
    `${list}[].VolumeId`,
    `${list}[].[VolumeId, Tags[?Key=='Name'].Value | [0], Size]`,
    `${list}[].{Id: VolumeId, Kept: Encrypted, Iops: Iops}`,
    `${list} | [?Attachments]`,
    `${list}[*].{All: @}`,
    `length(${list})`,
    `${list} | [0]`,
    `${list}[].Attachments[].InstanceId`,
    `sort_by(${list}, &Size)[:2]`,
    `max_by(${list}, &VolumeId).Size`,
    `sum(${list}[].Size)`,
    `${list}[].join('-', [VolumeId, State])`,
  ])
}

/** An expression of the kind that people write over instances, with mistakes of theirs now and then. */
export function plannedExpression(next: Random): string {
  if (next() < 0.15) return randomExpression(next, wholeWords, 1 + below(next, 4))
  const head = pick(next, heads)(conditionOf(next, 2))
  const right = pick(next, ['', '', () => memberOf(next), () => memberOf(next)])
  const stream = head + (typeof right === 'string' ? right : right())
  return pick(next, tails)(stream, keyOf(next), next)
}

const heads: readonly [(condition: string) => string, ...((condition: string) => string)[]] = [
  () => 'Reservations[].Instances[]',
  (condition) => `Reservations[].Instances[?${condition}][]`,
  (condition) => `Reservations[].Instances[?${condition}][]`,
  (condition) => `Reservations[].Instances[?${condition}][]`,
  (condition) => `Reservations[].Instances[?${condition}]`,
  (condition) => `Reservations[].Instances[?${condition}] | []`,
  (condition) => `Reservations[].Instances[] | [?${condition}]`,
  (condition) => `Reservations[].Instances[] | [?State] | [?${condition}]`,
  (condition) => `Reservations[*].Instances[?${condition}][]`,
  (condition) => `Reservations[?OwnerId=='111122223333'].Instances[?${condition}][]`,
  (condition) => `Reservations[?length(Instances)>\`1\`].Instances[?${condition}][]`,
  (condition) => `Reservations[].Instances[?${condition}].Tags[]`,
  (condition) => `Reservations[].[ReservationId, Instances[?${condition}].InstanceId]`,
  (condition) => `Reservations[*].Instances[?${condition}]`,
  (condition) => `Reservations[*].{R: ReservationId, I: Instances[?${condition}]}`,
  (condition) => `Reservations[?OwnerId=='111122223333'].[Instances[?${condition}], Instances[?KeyName]]`,
  (condition) => `Reservations[?Instances[?${condition}]].Instances[?KeyName]`,
  (condition) => `Reservations[].Instances[?${condition}] | [?@] | []`,
  (condition) => `Reservations[*].Instances | map(&[?${condition}], @)`,
  (condition) => `(Reservations[].Instances[?${condition}] || Reservations[].Instances[?KeyName][])`,
]

const tails: readonly [Tail, ...Tail[]] = [
  (stream) => stream,
  (stream) => stream,
  (stream) => stream,
  (stream) => stream,
  (stream) => `${stream} | [0]`,
  (stream) => `${stream} | [-1]`,
  (stream, _, next) => `${stream} | [:${below(next, 4)}]`,
  (stream, _, next) => `${stream} | [${below(next, 3)}:${below(next, 5)}].InstanceId`,
  (stream) => `length(${stream})`,
  (stream) => `length(${stream}) > \`2\``,
  (stream, key) => `max_by(${stream}, &${key}).InstanceId`,
  (stream, key) => `min_by(${stream}, &${key})`,
  (stream, key) => `sort_by(${stream}, &${key})[${'0'}].InstanceId`,
  (stream, key, next) => `sort_by(${stream}, &${key})[:${below(next, 3)}]`,
  (stream, key) => `sort_by(${stream}, &${key})[].[InstanceId, State.Name]`,
  (stream, key) => `reverse(sort_by(${stream}, &${key}))[].InstanceId`,
  (stream, key) => `sort_by(${stream}, &${key})`,
  (stream, key) => `reverse(sort_by(${stream}, &${key}))[1:3].Tags[].Key`,
  (stream, key) => `sort_by(${stream}, &${key})[-2:]`,
  (stream) => `reverse(${stream})[::2].{S: State, T: Tags}`,
  (stream, key) => `sort_by(${stream}, &${key})[].length(KeyName)`,
  (stream) => `sum(${stream}.CpuOptions.CoreCount)`,
  (stream) => `max(${stream}.LaunchTime)`,
  (stream) => `min(${stream}[].CpuOptions.CoreCount)`,
  (stream) => `{first: ${stream} | [0], all: length(${stream})}`,
  (stream) => `${stream} | {first: [0].InstanceId, second: [1]}`,
  (stream) => `!(${stream})`,
  (stream) => `${stream} | map(&[@, nothing], @)`,
]

type Tail = (stream: string, key: string, next: Random) => string

function keyOf(next: Random): string {
  return pick(next, [
    'InstanceId',
    "not_null(LaunchTime, '')",
    'LaunchTime',
    "(Tags[?Key=='Name'].Value | [0]) || 'none'",
    'CpuOptions.CoreCount || `0`',
    'CpuOptions.CoreCount || InstanceId',
  ])
}

function memberOf(next: Random): string {
  return pick(next, [
    '.InstanceId',
    '.State.Name',
    '.State',
    '.Tags[]',
    ".{Name: Tags[?Key=='Name'].Value | [0], Id: InstanceId, Where: Region, Of: AccountName}",
    ".[InstanceId, Tags[?'Name'==Key] . Value|[0], EbsOptimized, CpuOptions.CoreCount]",
    '.{Type: InstanceType, Cores: CpuOptions.CoreCount, Life: InstanceLifecycle || `on-demand`}',
    '.MetadataOptions.HttpTokens',
    '.NetworkInterfaces[].PrivateIpAddresses[].Association.PublicIp',
    '.NetworkInterfaces[*].[Description, PrivateIpAddresses[?Primary].PrivateIpAddress | [0], Ipv6Addresses]',
    '.[length(NetworkInterfaces || `[]`), NetworkInterfaces[?Attachment].Description, NetworkInterfaces[0].Attachment.Status]',
    '.{Ips: NetworkInterfaces[].Ipv6Addresses[].Ipv6Address, Id: InstanceId, Keys: Tags[].Key, Last: NetworkInterfaces[-1]}',
    '.[Tags[?Value].Key, Tags[0], length(NetworkInterfaces[].PrivateIpAddresses[])]',
    ".NetworkInterfaces[].PrivateIpAddresses[?Association.PublicIp=='web'].{Ip: PrivateIpAddress}[]",
    '.[State.Name, State.Code, MetadataOptions]',
    '.length(KeyName)',
    '.keys(@)',
    '.{All: @}',
    '.to_string(LaunchTime)',
    '.{Odd: "column:State", Quoted: "State".Name, "x y": "x y"}',
    ".join('-', [InstanceId, InstanceType])",
  ])
}

function conditionOf(next: Random, depth: number): string {
  const inner = () => conditionOf(next, depth - 1)
  if (depth > 0 && next() < 0.45) {
    return pick<() => string>(next, [
      () => `${inner()} && ${inner()}`,
      () => `${inner()} && ${inner()}`,
      () => `(${inner()} || ${inner()})`,
      () => `!(${inner()})`,
      () => `${inner()} && !(${inner()}) && ${inner()}`,
    ])()
  }
  const text = (values: readonly [string, ...string[]]) => `'${pick(next, values).replaceAll("'", "\\'")}'`
  const sign = pick(next, ['==', '!=', '<', '<=', '>', '>='])
  const even = pick(next, ['==', '==', '!='])
  return pick<() => string>(next, [
    () => `State.Name${even}${text(states)}`,
    () => `State.Name${sign}${text(states)}`,
    () => `${text(states)}${sign}State.Name`,
    () => `InstanceType${even}${text(types)}`,
    () => `LaunchTime${sign}${text(times)}`,
    () => `KeyName${sign}${text(texts)}`,
    () => 'KeyName',
    () => `(Tags[?Key=='Name'].Value | [0])${even}${text(texts)}`,
    () => `Tags[?Key=='Name'].Value | [0]${even}${text(texts)}`,
    () => `Tags[?Key=='Env' && Value${even}${text(texts)}]`,
    () => `CpuOptions.CoreCount${sign}\`${below(next, 4)}\``,
    () => `CpuOptions.CoreCount${sign}'2'`,
    () => 'CpuOptions.CoreCount',
    () => 'EbsOptimized',
    () => `EbsOptimized${even}\`${pick(next, ['true', 'false', 'null', '"true"', '1'])}\``,
    () => `PublicIpAddress${even}\`null\``,
    () => `MetadataOptions.HttpTokens${even}'optional'`,
    () => 'MetadataOptions.HttpTokens',
    () => 'NetworkInterfaces[].PrivateIpAddresses[].Association.PublicIp',
    () => 'NetworkInterfaces[].Ipv6Addresses[]',
    () => '!(NetworkInterfaces[?Attachment.DeviceIndex>`0`])',
    () => `contains(NetworkInterfaces[].Description, ${text(texts)})`,
    () => `Tags[?Key=='Env']`,
    () => `NetworkInterfaces[].PrivateIpAddresses[].Primary | [0]`,
    () => 'MetadataOptions',
    () => `Region${even}'eu-west-1'`,
    () => `AccountName${sign}'prod'`,
    () => `InstanceId${even}'i-111122223333/eu-west-1-${below(next, 4)}'`,
    () => `(InstanceId=='i-111122223333/eu-west-1-1' || InstanceId=='i-444455556666/us-east-1-0')`,
    () => `contains(['web', 'prod'], KeyName)`,
    () => `contains(not_null(KeyName, ''), ${text(texts)})`,
    () => `starts_with(not_null(InstanceType, ''), join('', ['m5', '.']))`,
    () => `ends_with(not_null(KeyName, 'prod'), ${text(texts)})`,
    () => `starts_with(InstanceType, 'm5')`,
    () => 'length(Foo)>`1`',
    () => `LaunchTime${sign}\`5\``,
    () => `nonsense(@)`,
    () => `InstanceLifecycle || 'x'`,
    () => `State.Name${sign}KeyName`,
    () => '`true`',
    () => `KeyName${even}\`null\``,
  ])()
}
