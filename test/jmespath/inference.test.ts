import { expect, test } from 'vitest'
import { compile } from '../../src/jmespath/compile.ts'
import { infer } from '../../src/jmespath/inference.ts'
import { JmespathError } from '../../src/jmespath/jmespath-errors.ts'
import { documentOf } from '../../src/jmespath/kind-shapes.ts'
import { any, type Shape } from '../../src/jmespath/shapes.ts'
import { findKind } from '../../src/kinds.ts'
import type { Json } from '../../src/model.ts'
import { below, fleet, random } from './fleet.ts'
import { randomExpression, rowExpression, wholeWords } from './random-expressions.ts'

const aws = documentOf(findKind('instances'), true)

test('what an expression is said to give is what it gives, over every document that AWS can send', () => {
  const next = random(20261125)
  let certain = 0
  for (let round = 0; round < 10_000; round += 1) {
    const document = { Reservations: [...fleet(next)] }
    if (!conforms(document, aws.shape)) continue
    const expression =
      round % 2 ? rowExpression(next) : randomExpression(next, wholeWords, 1 + below(next, 4))
    const { ast, search } = compile(expression)
    const { shape } = infer(ast, aws.shape, aws)
    const result = outcome(() => search(document))
    if (result === undefined) continue
    if (shape !== any && result !== null) certain += 1
    expect({ expression, result, conforms: conforms(result, shape) }).toMatchObject({ conforms: true })
  }
  expect(certain).toBeGreaterThan(1000)
})

test.each([
  ['Reservations[].Instances[].State.Name', 'list of text'],
  ['Reservations[].Instances[].{Id: InstanceId, Zone: Placement.AvailabilityZone}', 'list of {Id, Zone}'],
  ['Reservations[].Instances[].[InstanceId, LaunchTime]', 'list of places 2'],
  ['sort_by(Reservations[].Instances[].{Id: InstanceId}, &Id)[-1]', '{Id}'],
  ['Reservations[].Instances[].Tags[]', 'list of {Key, Value}'],
  ['length(Reservations)', 'number'],
  ['Reservations[].OwnerId || `1`', 'list of text or number'],
  ['values(Reservations[0])', 'list of any'],
])('%s gives: %s', (expression, written) => {
  expect(words(infer(compile(expression).ast, aws.shape, aws).shape)).toBe(written)
})

function words(shape: Shape): string {
  switch (shape.type) {
    case 'list':
      return shape.places ? `places ${shape.places.length}` : `list of ${words(shape.of)}`
    case 'object':
      return `{${shape.listNames().join(', ')}}`
    case 'either':
      return shape.of.map(words).join(' or ')
    default:
      return shape.type === 'scalar' ? shape.of : shape.type
  }
}

function conforms(value: Json, shape: Shape): boolean {
  if (value === null || shape.type === 'any') return true
  switch (shape.type) {
    case 'either':
      return shape.of.some((each) => conforms(value, each))
    case 'scalar':
      return typeof value === (shape.of === 'text' ? 'string' : shape.of)
    case 'list': {
      if (!Array.isArray(value)) return false
      const { places } = shape
      if (places && value.length !== places.length) return false
      return value.every((item, index) => conforms(item, places?.[index] ?? shape.of))
    }
    case 'object':
      if (typeof value !== 'object' || Array.isArray(value)) return false
      return Object.entries(value).every(([name, held]) => {
        const member = shape.findMember(name)
        return member !== null && conforms(held, member)
      })
  }
}

function outcome(search: () => Json): Json | undefined {
  try {
    return search()
  } catch (error) {
    if (error instanceof JmespathError) return undefined
    throw error
  }
}
