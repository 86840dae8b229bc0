import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'vitest'
import type { JsonObject } from '../../src/model.ts'
import { keptCode, launch, program } from '../commands/program.ts'
import { temporaryFolder } from '../helpers/temporary.ts'

/** What the built program gives if a saved query that ships is asked about a document. */
export async function askDocument(query: string, document: JsonObject): Promise<readonly JsonObject[]> {
  const home = temporaryFolder()
  const file = join(home, 'document.json')
  writeFileSync(file, JSON.stringify(document))
  const env = { PATH: process.env.PATH ?? '', HOME: home, ...keptCode() }
  const { code, out, err } = await launch(
    process.execPath,
    [program, 'query', query, '--input', file, '--output', 'json'],
    env,
  ).ended
  expect(code, err).toBe(0)
  return JSON.parse(out) as readonly JsonObject[]
}

/** A saved query, the list that it looks at and the id there; items that belong in its answer, and such as do not. */
export type ListCase = readonly [
  query: string,
  list: string,
  id: string,
  wanted: readonly JsonObject[],
  others: readonly JsonObject[],
]

/** Expects of a saved query that it gives the wanted items of a list, in any order, and none of the others. */
export async function expectOnlyWanted(...[query, list, id, wanted, others]: ListCase): Promise<void> {
  const bodies = [...others, ...wanted].map((each, index) => ({ [id]: `id-${index}`, ...each }))
  const rows = await askDocument(query, { [list]: bodies })
  const ids = wanted.map((_, index) => `id-${others.length + index}`)
  expect(rows.map((row) => row[id]).toSorted()).toEqual(ids.toSorted())
}
