import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { compile } from '../../src/jmespath/compile.ts'
import { JmespathError } from '../../src/jmespath/jmespath-errors.ts'
import type { Json } from '../../src/model.ts'

interface SuiteGroup {
  readonly given: Json
  readonly cases: readonly { readonly expression: string; readonly result?: Json; readonly error?: string }[]
}

interface Vectors {
  readonly documents: readonly Json[]
  readonly vectors: readonly {
    readonly doc: number
    readonly expression: string
    readonly result?: Json
    readonly error?: string
  }[]
}

const shared = new URL('../../../shared/jmespath/', import.meta.url)
const here = existsSync(shared)
const kinds: Readonly<Record<string, string>> = {
  'invalid-type': 'type',
  'invalid-arity': 'arity',
  'invalid-value': 'value',
}

describe('the answers of the AWS CLI', () => {
  test.skipIf(!here)(
    `all 892 cases of the official suite are answered as it says${here ? '' : ' (skipped: ../shared is not here)'}`,
    () => {
      const files = readdirSync(new URL('suite/', shared))
      const wrong: string[] = []
      let count = 0
      for (const file of files) {
        for (const { given, cases } of read<readonly SuiteGroup[]>(new URL(`suite/${file}`, shared))) {
          for (const { expression, result, error } of cases) {
            if (result === undefined && error === undefined) continue
            count += 1
            if (!agrees(expression, given, result, error === undefined ? undefined : (kinds[error] ?? error)))
              wrong.push(expression)
          }
        }
      }
      expect(wrong).toEqual([])
      expect(count).toBe(892)
    },
  )

  test.skipIf(!here)(
    `all 4,000 expressions over EC2 documents are answered as jmespath.py 1.1.0 answers them${here ? '' : ' (skipped: ../shared is not here)'}`,
    () => {
      const { documents, vectors } = read<Vectors>(new URL('aws-cli-vectors.json', shared))
      const wrong = vectors.filter(
        ({ doc, expression, result, error }) => !agrees(expression, documents[doc] ?? null, result, error),
      )
      expect(wrong).toEqual([])
      expect(vectors).toHaveLength(4000)
    },
  )

  test('the traps that are written down beside this test are answered as jmespath.py 1.1.0 answers them', () => {
    const { documents, vectors } = read<Vectors>(new URL('vectors.json', import.meta.url))
    const wrong = vectors.filter(
      ({ doc, expression, result, error }) => !agrees(expression, documents[doc] ?? null, result, error),
    )
    expect(wrong).toEqual([])
    expect(vectors.length).toBeGreaterThan(100)
  })
})

function agrees(
  expression: string,
  document: Json,
  result: Json | undefined,
  error: string | undefined,
): boolean {
  try {
    expect(compile(expression).search(document)).toEqual(result)
    return error === undefined
  } catch (caught) {
    if (caught instanceof JmespathError) return caught.kind === error
    return false
  }
}

function read<T>(url: URL): T {
  return JSON.parse(readFileSync(url, 'utf8')) as T
}
