import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'

const root = new URL('..', import.meta.url).pathname

/** The parts of the tree that are read. */
const folders = [
  '.github',
  '.tools',
  'queries',
  ...['aws', 'config', 'demo', 'doctor', 'help', 'identity', 'jmespath', 'store', 'sync'].map(
    (part) => `src/${part}`,
  ),
  ...['aws', 'bench', 'config', 'demo', 'doctor', 'help', 'helpers', 'identity', 'jmespath', 'packaging'].map(
    (part) => `test/${part}`,
  ),
  ...['store', 'sync', 'torture'].map((part) => `test/${part}`),
  'src/app',
  'src/cli.ts',
  'src/commands',
  'src/compile-cache.ts',
  'src/errors.ts',
  'src/exact-number.ts',
  'src/file-place.ts',
  'src/folders.ts',
  'src/glob.ts',
  'src/io.ts',
  'src/json-object.ts',
  'src/kinds',
  'src/kinds.ts',
  'src/main.ts',
  'src/model.ts',
  'src/muster.ts',
  'src/nearest.ts',
  'src/output',
  'src/query',
  'src/redact.ts',
  'src/ui',
  'src/whole-file.ts',
  'test/commands',
  'test/kinds',
  'test/output',
  'test/query',
  'test/screens',
  'test/ui',
]

/** Words that are never right, and those to write. */
const words: readonly (readonly [bad: RegExp, good: string])[] = [
  [/\bmend(?:s|ed|ing)?\b/gi, 'fix'],
  [/\b(?:gets?|got|getting) in\b(?! (?:order|turn)\b)/gi, 'signs in, has access'],
  [/(?<!\bthere )\b(?:is|are|was|were) none\b(?! of\b)/gi, 'is not one'],
  [/\bput(?:s|ting)? up with\b/gi, 'accepts'],
  [/\b(?:tell|tells|told|telling)\b/gi, 'reports, says'],
  [/\bmisses\b/gi, 'is missing'],
  [/\b(?:takes?|taking|took|taken) (?:\w+ ){1,3}away\b|\b(?:takes?|taking|took|taken) away\b/gi, 'removes'],
]

/** Names that stay: the doctor's columns, and a column of the released schema. Python's `is None` is its own. */
const contract = /'Mends?'|"Mends?"|,Mend\b|\bMends?:|(?:, |WHERE |COLUMN |@)told\b|\bis None\b/g

/** A name that says neither what a function does nor what a value is. */
const name =
  /\b(?:(?:const|let|function\*?) (?:tell|told|kept|said|heard|still|asked|meant)|function\*? (?:used|named|parsed|began|written))\b/g

function filesIn(path: string): readonly string[] {
  if (!statSync(join(root, path)).isDirectory()) return [path]
  return readdirSync(join(root, path), { recursive: true, encoding: 'utf8' })
    .map((file) => join(path, file))
    .filter((file) => /\.(?:tsx?|mjs|jmespath|md|ya?ml)$/.test(file))
}

/** The glossary's words in a text, by line. */
function findWords(text: string): readonly string[] {
  return text.split('\n').flatMap((line, index) => {
    const prose = line.replace(contract, '')
    const found = words.flatMap(([bad, good]) =>
      [...prose.matchAll(bad)].map(([word]) => `${index + 1}: '${word}', write '${good}'`),
    )
    const names = [...prose.matchAll(name)].map(
      ([word]) => `${index + 1}: '${word}', a verb or a noun is missing`,
    )
    return [...found, ...names]
  })
}

describe('the text of the code, its messages and its tests follows the glossary', () => {
  test.each(folders)('%s', (folder) => {
    const found = filesIn(folder).flatMap((file) =>
      findWords(readFileSync(join(root, file), 'utf8')).map((line) => `${file}:${line}`),
    )
    expect(found).toEqual([])
  })

  test.each([
    ['  // The login that mends it.', 1],
    ['  // No profile gets in, and the region is none.', 2],
    ['  // It puts up with what it is told.', 2],
    ['  const told = 1', 2],
    ["  'Mends', 'Mend',", 0],
    ['  // None of the rows is none of these; it gets in order.', 0],
  ])('the check sees every word of %j', (line, count) => {
    expect(findWords(line)).toHaveLength(count)
  })
})
