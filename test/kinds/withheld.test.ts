import { expect, test } from 'vitest'
import { makeResourceReader } from '../../src/aws/resources-of.ts'
import { deriveKinds } from '../../src/kinds/derive.ts'
import { sensitiveMembersOf } from '../../src/kinds/schema.ts'
import { listWithheld, makeWithholder, withheldText } from '../../src/kinds/withheld.ts'
import { findKind, kinds, listKinds } from '../../src/kinds.ts'
import type { JsonObject } from '../../src/model.ts'
import { askBotocore } from './botocore.ts'
import { describeSchemas, itemOf, type Structure, unwrap } from './sdk-shapes.ts'

const secret = 'a text that the schema marks as sensitive'
const answers = new Map(describeSchemas().map(({ operation, answer }) => [operation, answer]))

/** Kinds made by hand, and one of every operation that is covered. */
const all = [...kinds, ...deriveKinds()]

test.each(all)('nothing that the schema of $operation marks as sensitive is read as $name', (kind) => {
  const answer = filled(answers.get(kind.operation)) as Record<string, unknown>
  const hasSecret = JSON.stringify(answer[kind.list]).includes(secret)
  const { resources } = makeResourceReader(kind, new Map())(answer, {})
  expect(resources).toHaveLength(1)
  const text = JSON.stringify(resources)
  expect(text).not.toContain(secret)
  expect(text.includes(withheldText)).toBe(hasSecret)
  expect(listWithheld(kind).length > 0).toBe(hasSecret)
})

test('kinds say which of their members are withheld', () => {
  expect(listWithheld(findKind('vpn-connections'))).toEqual([
    'CustomerGatewayConfiguration',
    'Options.TunnelOptions[].PreSharedKey',
  ])
  expect(listWithheld(findKind('launch-template-versions'))).toEqual(['LaunchTemplateData.UserData'])
  expect(listWithheld(findKind('instances'))).toEqual([])
  const some = listKinds().filter((kind) => listWithheld(kind).length > 0)
  expect(some.map(({ name }) => name)).toEqual(
    expect.arrayContaining([
      'verified-access-trust-providers',
      'spot-fleet-requests',
      'bundle-tasks',
      'conversion-tasks',
      'import-image-tasks',
    ]),
  )
})

test('a sensitive list or structure is withheld whole, and what is not there stays away', () => {
  const withhold = makeWithholder('DescribeLaunchTemplateVersions', 'LaunchTemplateVersions')
  const items = [
    { LaunchTemplateData: { UserData: ['a', { b: 'c' }], ImageId: 'ami-1' } },
    { LaunchTemplateData: { ImageId: 'ami-2' } },
  ] as JsonObject[]
  for (const item of items) withhold?.(item)
  expect(items).toEqual([
    { LaunchTemplateData: { UserData: withheldText, ImageId: 'ami-1' } },
    { LaunchTemplateData: { ImageId: 'ami-2' } },
  ])
})

test('a kind without anything sensitive pays nothing for it', () => {
  expect(makeWithholder('DescribeInstances', 'Reservations')).toBeNull()
  expect(makeWithholder('DescribeVolumes', 'Volumes')).toBeNull()
})

test('what botocore’s model marks as sensitive is marked by the SDK, too, where python3 has it', () => {
  const marked = askBotocore<readonly (readonly [shape: string, member: string])[]>(`
found = set()
def walk(name, at, around):
    shape = shapes[name]
    if shape.get('sensitive'):
        found.add(at)
    elif shape['type'] == 'list':
        walk(shape['member']['shape'], at, around)
    elif shape['type'] == 'structure' and name not in around:
        for member, inner in shape['members'].items():
            walk(inner['shape'], (name, member), around | {name})
for name, operation in model['operations'].items():
    if name.startswith('Describe'):
        walk(operation['output']['shape'], (name, ''), frozenset())
print(json.dumps(sorted(found)))`)
  for (const [shape, member] of marked ?? []) expect(sensitiveMembersOf(shape), shape).toContain(member)
  if (marked) expect(marked.length).toBeGreaterThan(8)
})

/** A value of a schema with every member filled, one item in each list. */
function filled(given: unknown, around: readonly string[] = [], mark = false): unknown {
  const { schema, sensitive } = unwrap(given)
  const secretly = mark || sensitive
  const item = itemOf(schema)
  if (item !== null) return [filled(item, around, secretly)]
  if (typeof schema === 'number') {
    if (schema === 1) return 7
    if (schema === 2) return true
    if (schema === 4) return new Date(0)
    return secretly ? secret : 'some text'
  }
  const [, , name, , members, schemas] = schema as Structure
  if (around.includes(name)) return {}
  return Object.fromEntries(
    members.map((member, index) => [member, filled(schemas[index], [...around, name], secretly)]),
  )
}
