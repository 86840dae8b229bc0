import { readdirSync, readFileSync } from 'node:fs'
import { type Page, parsePage } from './markdown.ts'

/** One page of the reference: `muster help NAME` prints it. */
export interface Topic {
  readonly name: string
  readonly page: Page
}

/** Every page, by name; read when help is asked for. The build copies them into `help/` beside the program. */
export function readTopics(): readonly Topic[] {
  const folder = new URL(import.meta.url.endsWith('.ts') ? './' : './help/', import.meta.url)
  return readdirSync(folder)
    .filter((file) => file.endsWith(ending))
    .map((file) => file.slice(0, -ending.length))
    .sort()
    .map((name) => ({ name, page: parsePage(readFileSync(new URL(`${name}${ending}`, folder), 'utf8')) }))
}

const ending = '.md'
