import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { compile } from '../../src/jmespath/compile.ts'
import { JmespathError } from '../../src/jmespath/jmespath-errors.ts'
import type { Json, View } from '../../src/model.ts'
import { answerView } from '../../src/query/answer.ts'
import { allParts, type PlanParts } from '../../src/query/plan/expression-plan.ts'
import { casesOf, counted } from '../helpers/long-runs.ts'
import { random } from '../jmespath/fleet.ts'
import { fillFleet, type PlannedFleet, plannedExpression } from './planned-fleet.ts'

const expressions = casesOf(20_000)

/** The whole plan, and the same with each part left out. */
const variants: readonly PlanParts[] = [
  allParts,
  ...Object.keys(allParts).map((part) => ({ ...allParts, [part]: false })),
  { columns: false, conditions: false, ends: false, fields: false, folds: false },
]

describe('a planned answer', () => {
  test(`is that of plain evaluation, errors included, for ${counted(expressions)} expressions`, {
    timeout: 600_000,
  }, () => {
    const next = random(20_261_126)
    let fleet = fillFleet(next)
    let failed = 0
    for (let round = 0; round < expressions; round += 1) {
      if (round % 50 === 49) fleet = fillFleet(next)
      const expression = plannedExpression(next)
      const wanted = plainly(expression, fleet)
      if ('kind' in wanted) failed += 1
      // Each part by itself costs as much again: every variant has its turn.
      for (const parts of [allParts, variants[round % variants.length] ?? allParts])
        expect({ expression, parts, given: planned(expression, fleet, parts) }).toEqual({
          expression,
          parts,
          given: wanted,
        })
    }
    expect(failed).toBeGreaterThan(expressions / 20)
    expect(failed).toBeLessThan(expressions / 2)
  })

  const shared = new URL('../../../shared/jmespath/aws-cli-vectors.json', import.meta.url)
  const isHere = existsSync(shared)
  test.skipIf(!isHere)(
    `is that of plain evaluation for the yardstick’s expressions${isHere ? '' : ' (skipped: ../shared is not here)'}`,
    { timeout: 120_000 },
    () => {
      const fleet = fillFleet(random(5))
      const all = expressionsIn(shared)
      for (const [index, expression] of all.entries()) {
        if (index % 10 >= casesOf(10)) continue
        expect({ expression, given: planned(expression, fleet, allParts) }).toEqual({
          expression,
          given: plainly(expression, fleet),
        })
      }
    },
  )
})

/** A result as text: the order of its members is part of it. */
type Outcome = { readonly result: string } | Pick<JmespathError, 'kind' | 'message' | 'position'>

function plainly(expression: string, { document }: PlannedFleet): Outcome {
  return outcomeOf(() => compile(expression).search(document))
}

function planned(
  expression: string,
  fleet: PlannedFleet,
  parts: PlanParts,
  change: Partial<View> = {},
): Outcome {
  return outcomeOf(() => {
    const { store, lines, view } = fleet
    const answer = answerView({ ...view, expression, ...change }, store, lines, null, parts)
    return answer.type === 'value' ? answer.value : [...answer.items]
  })
}

function outcomeOf(run: () => Json): Outcome {
  try {
    return { result: JSON.stringify(run()) }
  } catch (error) {
    if (error instanceof JmespathError)
      return { kind: error.kind, message: error.message, position: error.position }
    throw error
  }
}

function expressionsIn(url: URL): readonly string[] {
  const { vectors } = JSON.parse(readFileSync(url, 'utf8')) as {
    readonly vectors: readonly { readonly expression: string; readonly error?: string }[]
  }
  return [...new Set(vectors.filter(({ error }) => error !== 'syntax').map(({ expression }) => expression))]
}
