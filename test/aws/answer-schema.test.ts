import { expect, test } from 'vitest'
import { type Plan, planAnswer } from '../../src/aws/answer-schema.ts'
import { NotXml } from '../../src/aws/answer-text.ts'
import { readAnswer } from '../../src/aws/read-answer.ts'
import { listKinds } from '../../src/kinds.ts'
import { outputSchema } from './answer-judges.ts'

const operations = [...new Set(listKinds().map(({ operation }) => operation))]

test.each(operations)('%s answers by a schema of a form that is known', (operation) => {
  expect(planAnswer(outputSchema(operation))).toMatchObject({ type: 'structure' })
})

test('a form of schema that is not known is named, for the SDK to read', () => {
  const structure = (member: unknown, traits: unknown = 0) => [3, 'ns', 'Answer', traits, ['A'], [member]]
  for (const [schema, words] of [
    [structure(17), 'a simple type 17'],
    [structure(() => [2, 'ns', 'Map', 0, 0, 0]), 'a schema of form 2, Map'],
    [structure([0, { xmlAttribute: 1 }]), 'the traits of A'],
    [structure(0, { xmlFlattened: 1 }), 'the traits of Answer'],
    [structure([1, 'ns', 'List', 0, [1, 'ns', 'Inner', 0, 0]]), 'a list of lists, List'],
    [structure(64), 'a simple type 64'],
    ['unit', 'a schema that is unit'],
  ] as const)
    expect(planAnswer(typeof schema === 'string' ? () => schema : schema)).toBe(words)
})

test('what is sensitive by its type, by its member or by what holds it is planned as such', () => {
  const structure = (name: string, members: readonly unknown[]) => [
    3,
    'ns',
    name,
    0,
    members.map((_, place) => `M${place}`),
    members,
  ]
  const shared = structure('Shared', [0])
  const plan = planAnswer(
    structure('Answer', [
      [0, 'ns', 'Secret', 8, 0],
      [0, 8],
      [0, { sensitive: 1 }],
      [shared, 8],
      [shared, 0],
      0,
    ]),
  )
  const isHidden = (each: Plan | undefined): boolean =>
    each?.type === 'structure' ? isHidden(each.plans[0]) : each?.type !== 'list' && each?.isSensitive === true
  expect(typeof plan === 'string' ? plan : plan.plans.map(isHidden)).toEqual([
    true,
    true,
    true,
    true,
    false,
    false,
  ])
})

test('a schema that holds itself is read as deep as boto3 can, and not without end', () => {
  const node: unknown[] = [3, 'ns', 'Node', 0, ['Next', 'Secret'], []]
  node[5] = [
    [() => node, { xmlName: 'next' }],
    [() => node, 8],
  ]
  const plan = planAnswer(node)
  const read = (levels: number) =>
    typeof plan === 'string'
      ? plan
      : readAnswer(plan, Buffer.from(`<r>${'<next>'.repeat(levels)}${'</next>'.repeat(levels)}</r>`)).answer
  expect(JSON.stringify(read(250))).toBe(`${'{"Next":'.repeat(250)}{}${'}'.repeat(250)}`)
  expect(() => read(100_000)).toThrow(NotXml)
})
