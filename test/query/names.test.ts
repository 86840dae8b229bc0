import { describe, expect, test } from 'vitest'
import { compile } from '../../src/jmespath/compile.ts'
import { findKind, makePlainView } from '../../src/kinds.ts'
import { nameFaults, withFullNames } from '../../src/query/names.ts'
import { parseSort } from '../../src/query/sort-text.ts'

const kind = findKind('instances')
const volumes = findKind('volumes')
const all = makePlainView(kind.name, { profiles: [], accounts: [], regions: [] })
const view = { ...all, kind, others: [], of: 'table', ofAws: { origin: true }, names: null } as const

describe('a name in the table of a kind', () => {
  test.each([
    'Name',
    'State',
    'AccountName',
    'InstanceLifecycle',
    'tag:whatever',
    'State.Name',
    "join('-',Tags[].Key)",
    '[State.Name,InstanceType]',
    'Placement.AvailabilityZone || Region',
    "'a literal'",
    '@',
  ])('exists: %s', (name) => {
    expect(nameFaults({ ...view, columns: [name], sort: { column: name, descending: true } })).toEqual([])
  })

  test.each([
    ['instanceType', "instances have no 'instanceType'; did you mean 'InstanceType'?"],
    ['Nope', "instances have no 'Nope'; give one such as Name, InstanceId, State, another member"],
    ['State.Nam', "in 'State.Nam': There is no Nam here, so this is null; did you mean Name?"],
    ['Tags.Key', "in 'Tags.Key': Key is looked for in a list"],
    ['lenght(Tags)', "in 'lenght(Tags)': There is no function lenght(); did you mean length()?"],
    ['cost-center', "in 'cost-center': A - means nothing here"],
    ['1', "in '1': Found the bare number 1"],
    ['not_null(Tags, Nope)', "in 'not_null(Tags, Nope)': There is no Nope here"],
  ])('does not exist: %s', (name, sentence) => {
    const [fault, ...more] = nameFaults({ ...view, columns: ['InstanceId', name] })
    expect(more).toEqual([])
    expect(fault).toMatchObject({ of: 'columns', certain: true })
    expect(fault?.sentence).toContain(sentence)
    expect(nameFaults({ ...view, sort: parseSort(`${name} desc`) })).toMatchObject([{ of: 'sort' }])
  })

  test('is one of that kind', () => {
    const named = { ...view, columns: ['VolumeId', 'Size', 'Attachments[0].Device'] }
    expect(nameFaults({ ...named, kind: volumes })).toEqual([])
    expect(nameFaults(named)).toHaveLength(3)
    const [fault] = nameFaults({ ...view, kind: volumes, columns: ['Nope'] })
    expect(fault?.sentence).not.toMatch(/Instance/)
  })
})

describe('a name in the rows of an expression', () => {
  const rows = 'Reservations[].Instances[]'
  const faults = (expression: string, name: string, change: object = {}) =>
    nameFaults({
      ...view,
      of: { ast: compile(expression).ast, engine: 'muster' },
      columns: [name],
      ...change,
    })

  test.each([
    [rows, 'InstanceType'],
    [rows, 'tag:Env'],
    [rows, 'AvailabilityZone'],
    [`${rows}.{Tags: Tags, Id: InstanceId}`, 'tag:Env'],
    [`${rows}.{Tags: Tags, Id: InstanceId}`, 'Name'],
    [`${rows}.{A: {B: InstanceId}}`, 'A.B'],
    [`${rows}.[InstanceId, ImageId]`, '2'],
    [`${rows}.InstanceId`, 'value'],
    ['values(@)', 'Whatever'],
    [`sort_by(${rows}, &LaunchTime)[-3:]`, 'LaunchTime'],
  ])('exists in %s: %s', (expression, name) => {
    expect(faults(expression, name)).toEqual([])
  })

  test.each([
    [rows, 'Instancetype', "'Instancetype' is in no row; did you mean 'InstanceType'?"],
    [`${rows}.{Id: InstanceId}`, 'Nope', "'Nope' is in no row; they have Id"],
    [`${rows}.{Id: InstanceId}`, 'tag:Env', "'tag:Env' is in no row; they have Id"],
    [`${rows}.{Id: InstanceId}`, 'AvailabilityZone', "'AvailabilityZone' is in no row; they have Id"],
    [`${rows}.[InstanceId, ImageId]`, '3', "'3' is not a column of the rows; they have 1, 2"],
    [`${rows}.InstanceId`, 'InstanceId', "'InstanceId' is in no row; they are values: write 'value'"],
    [`sort_by(${rows}.{Id: InstanceId}, &Id)[-3:]`, 'Nope', "'Nope' is in no row; they have Id"],
  ])('does not exist in %s: %s', (expression, name, sentence) => {
    expect(faults(expression, name)).toEqual([{ of: 'columns', sentence, certain: true }])
  })

  test('is only doubtful if rows may be of another shape', () => {
    expect(faults(`${rows} || values(@)`, 'Nope')).toMatchObject([{ certain: false }])
    expect(faults(`${rows} || values(@)`, 'ImageId')).toEqual([])
    expect(faults(`${rows}.{A: Tags} || ${rows}.{B: Tags}`, 'B')).toEqual([])
    const other = { ast: compile(rows).ast, engine: 'jmespath' } as const
    expect(nameFaults({ ...view, of: other, columns: ['Nope'] })).toMatchObject([{ certain: false }])
  })

  test('is nobody’s business in another document, but for what the expression itself makes', () => {
    expect(faults('Functions[]', 'Nope', { ofAws: null })).toEqual([])
    expect(faults('Functions[].{A: b}', 'Nope', { ofAws: null })).toHaveLength(1)
  })

  test('knows the origin only if the resources carry it', () => {
    expect(faults(rows, 'AccountName')).toEqual([])
    expect(faults(rows, 'AccountName', { ofAws: { origin: false } })).toHaveLength(1)
  })
})

test('groups have the column that they are made by, and their count', () => {
  const of = { ast: compile('Reservations[].Instances[]').ast, engine: 'muster' } as const
  const faults = (group: string, sort: string, columns: readonly string[] | null = null) =>
    nameFaults({ ...view, of, group: [group], sort: parseSort(sort), columns }).map((fault) => fault.of)
  expect(faults('State', 'Count desc', ['Count', 'State'])).toEqual([])
  expect(faults('State', 'State.Name')).toEqual([])
  expect(faults('tag:a,b', '"tag:a,b"')).toEqual([])
  expect(faults('State', 'InstanceType')).toEqual(['sort'])
  expect(faults('State', 'Count', ['InstanceId'])).toEqual(['columns'])
  expect(faults('Stat', 'Nope')).toEqual(['count-by', 'sort'])
})

describe('a short name', () => {
  const rows = (expression: string) => ({ of: { ast: compile(expression).ast, engine: 'muster' as const } })
  const whole = 'Reservations[].Instances[]'

  test.each([
    ['type', 'InstanceType', {}],
    ['Type', 'InstanceType', {}],
    ['vpc', 'VpcId', {}],
    ['vpcId', 'vpcId', {}],
    ['vpcid', 'vpcid', {}],
    ['launched', 'LaunchTime', {}],
    ['zone', 'AvailabilityZone', {}],
    ['id', 'InstanceId', {}],
    ['account', 'AccountName', {}],
    ['created', 'CreateTime', { kind: volumes }],
    ['type', 'VolumeType', { kind: volumes }],
    ['type', 'InstanceType', rows(whole)],
    // What the rows have, and what is no column of them, stays.
    ['type', 'type', rows(`${whole}.{type: ImageId, InstanceType: InstanceType}`)],
    ['launched', 'launched', rows(`${whole}.{Name: ImageId}`)],
    ['State.Name', 'State.Name', {}],
    ['tag:name', 'tag:name', {}],
    ['ip', 'ip', {}],
  ])('%s is %s', (short, full, change) => {
    const request = { ...view, ...change, columns: [short], group: null, sum: null }
    expect(withFullNames({ ...request, sort: parseSort(`${short} desc`) })).toMatchObject({
      columns: [full],
      sort: { column: full, descending: true },
    })
    const grouped = { ...request, columns: null, sort: null, group: [short], sum: short }
    expect(withFullNames(grouped)).toMatchObject({ group: [full], sum: full })
  })

  test('of a column that is there adds none', () => {
    expect(withFullNames({ ...view, columns: ['LaunchTime', 'State', 'launched', 'type'] }).columns).toEqual([
      'LaunchTime',
      'State',
      'InstanceType',
    ])
  })

  test('age is the time, the other way round', () => {
    const sort = parseSort('age,launched,age desc')
    expect(withFullNames({ ...view, sort }).sort).toEqual(parseSort('LaunchTime desc,LaunchTime,LaunchTime'))
  })

  test('of several columns is an error that names them', () => {
    const sentence = "'ip' is short for PrivateIpAddress and PublicIpAddress; give one of them"
    expect(nameFaults({ ...view, columns: ['ip'] })).toMatchObject([{ sentence, certain: true }])
  })
})
