import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { isSameTree } from '../../src/jmespath/canonical.ts'
import { compile } from '../../src/jmespath/compile.ts'
import { writeTree } from '../../src/jmespath/write-tree.ts'
import { kinds } from '../../src/kinds.ts'

const vectors = JSON.parse(readFileSync(new URL('vectors.json', import.meta.url), 'utf8'))

/** Every expression of the vectors that can be read, and that of every column. */
function expressionsIn(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return []
  const own = 'expression' in value && typeof value.expression === 'string' ? [value.expression] : []
  return [...own, ...Object.values(value).flatMap(expressionsIn)]
}

function isReadable(expression: string): boolean {
  try {
    compile(expression)
    return true
  } catch {
    return false
  }
}

describe('a tree that is written as an expression', () => {
  test('is read as the same tree again, for every expression of the vectors and of the columns', () => {
    const all = [
      ...new Set([...expressionsIn(vectors), ...kinds.flatMap(({ columns }) => expressionsIn(columns))]),
    ].filter(isReadable)
    expect(all.length).toBeGreaterThan(400)
    // JSON has no infinity: what is written for it is another number.
    const others = all.filter((each) => !each.includes('Infinity'))
    const wrong = others.filter((expression) => {
      const { ast } = compile(expression)
      const written = writeTree(ast)
      return written === null || !isSameTree(compile(written).ast, ast)
    })
    expect(wrong).toEqual([])
  })

  test.each([
    ["[?State.Name=='running'&&  !Encrypted]", "[?State.Name=='running' && !Encrypted]"],
    ["Tags[?Key=='Name'].Value|[0]", "Tags[?Key=='Name'].Value | [0]"],
    ['a[*].{"B c":d,E:f(@)}', 'a[*].{"B c": d, E: f(@)}'],
    ["(a||b)[?c=='`']", "(a || b)[?c=='`']"],
    ['a[1:3][0]', 'a[1:3][0]'],
    ['`"it\'s"`', '`"it\'s"`'],
  ])('%s is written as a person writes it', (expression, written) => {
    expect(writeTree(compile(expression).ast)).toBe(written)
  })
})
