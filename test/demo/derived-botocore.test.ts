import { afterAll, beforeAll, expect, test } from 'vitest'
import { derivedOperations } from '../../src/demo/derived/item-ids.ts'
import { type Endpoint, startEndpoint } from '../../src/demo/server.ts'
import type { JsonObject } from '../../src/model.ts'
import { askBotocore, hasBotocore, writePlain } from './botocore.ts'
import { ask, cellAt, inputFor, kindOf } from './derived.ts'

let endpoint: Endpoint
beforeAll(async () => {
  endpoint = await startEndpoint()
})
afterAll(() => endpoint.close())

if (!hasBotocore) process.stderr.write('SKIPPED: no botocore in python3 to judge the derived operations.\n')

test.skipIf(!hasBotocore)(
  'botocore reads every derived answer as the SDK does, and has the same limits of pages',
  async () => {
    const cell = cellAt(endpoint)
    const inputs = derivedOperations.map((described) => inputFor(described, cell))
    const calls = derivedOperations.map(({ operation }, index) => ({
      operation,
      input: JSON.parse(JSON.stringify(inputs[index])) as JsonObject,
    }))
    const answers = await askBotocore(endpoint, calls)
    const unknown: string[] = []
    for (const [index, described] of derivedOperations.entries()) {
      const { operation, list } = described
      const { $metadata, ...answer } = await ask(operation, inputs[index] ?? {}, endpoint)
      expect($metadata).toBeTruthy()
      const judged = answers[index]
      if (!judged) {
        unknown.push(operation)
        continue
      }
      expect(judged.answer, operation).toEqual(writePlain(answer, new Set(judged.known)))
      const { pages } = kindOf(described, cell, inputs[index] ?? {})
      const { min, max } = judged.limits
      if (min !== undefined && max !== undefined)
        expect(pages, operation).toMatchObject({ min, accepts: max })
      expect((judged.answer[list.name] as readonly unknown[]).length, operation).toBeGreaterThan(0)
    }
    // The SDK is newer than the botocore of a machine: it knows a few more.
    if (unknown.length > 0) process.stderr.write(`Not judged by botocore: ${unknown.join(', ')}.\n`)
    expect(unknown.length).toBeLessThan(20)
  },
)
