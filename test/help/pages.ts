import { readdirSync, readFileSync } from 'node:fs'

const folder = new URL('../../src/help/', import.meta.url)

/** The names of the pages of the reference. */
export const pageNames: readonly string[] = readdirSync(folder)
  .filter((file) => file.endsWith('.md'))
  .map((file) => file.replace('.md', ''))

export function pageFile(name: string): URL {
  return new URL(`${name}.md`, folder)
}

/** A page of the reference as it is written. */
export function readPage(name: string): string {
  return readFileSync(pageFile(name), 'utf8')
}
