import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'vitest'
import type { JsonObject } from '../../src/model.ts'
import { launch, program } from '../commands/program.ts'
import { temporaryFolder } from '../helpers/temporary.ts'

/** What the built program gives if a saved query that ships is asked about a document. */
export async function askDocument(query: string, document: JsonObject): Promise<readonly JsonObject[]> {
  const home = temporaryFolder()
  const file = join(home, 'document.json')
  writeFileSync(file, JSON.stringify(document))
  const env = { PATH: process.env.PATH ?? '', HOME: home }
  const { code, out, err } = await launch(
    process.execPath,
    [program, 'query', query, '--input', file, '--output', 'json'],
    env,
  ).ended
  expect(code, err).toBe(0)
  return JSON.parse(out) as readonly JsonObject[]
}
