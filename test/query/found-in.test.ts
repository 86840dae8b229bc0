import { expect, test } from 'vitest'
import { compile } from '../../src/jmespath/compile.ts'
import type { Json } from '../../src/model.ts'
import { isFoundIn } from '../../src/query/plan/found-in.ts'

const cases: readonly [found: string, tree: string, expected: boolean][] = [
  ['a.b', 'a', true],
  ['a.b.c', 'a', true],
  ['a.b.c', 'a.b', true],
  ['a[0]', 'a', true],
  ['a[-1].b', 'a', true],
  ["a[?b=='x'].c | [0]", "a[?b=='x']", true],
  ["a[?b=='x'].c | [0]", 'a', true],
  ["a[?b=='x'].c | [0]", "a[?b=='x'].c", true],
  ['a[].b | [0]', 'a[]', true],
  ['a[*].b.c | [0]', 'a', true],
  ['a.b[].c | [0]', 'a.b', true],
  ["a[?b=='x'].c | [0]", "a[?b=='y']", false],
  ['a.b', 'b', false],
  ['a', 'a', false],
  ['a || c.d', 'a', false],
  ['a && a.b', 'a', false],
  ["(a[?b=='x'].c | [0]) || (a[?b=='y'].c | [0])", "a[?b=='x']", false],
  ['a[*].type(@) | [0]', 'a[*]', false],
  ['a[*].[b] | [0]', 'a[*]', false],
  ['a.type(@)', 'a', false],
  ['a[].b', 'a', false],
  ['a.length(@)', 'a', false],
]

test.each(cases)('that %s is not null says that %s is true: %s', (found, tree, expected) => {
  const [whole, part] = [compile(found), compile(`!!(${tree})`)]
  expect(isFoundIn(whole.ast, compile(tree).ast)).toBe(expected)
  if (!expected) return
  const seen = new Set<boolean>()
  for (const document of documents()) {
    const value = whole.search(document)
    seen.add(value === null)
    if (value !== null) expect(part.search(document), JSON.stringify(document)).toBe(true)
  }
  expect(seen).toEqual(new Set([true, false]))
})

/** Values of all types, in objects and lists, as `a`, `b` and `c`. */
function documents(): readonly { readonly [name: string]: Json }[] {
  const plain: readonly Json[] = [null, '', 'x', 0, false]
  const objects: readonly Json[] = [{}, ...plain.flatMap((c) => plain.map((b) => ({ b, c })))]
  const deep: readonly Json[] = objects.flatMap((b) => [{ b }, { b: [b] }, { b: 'x', c: b }])
  const any = [...plain, ...objects, ...deep]
  return [...any, [], ...any.map((each) => [each]), ...any.map((each) => [null, each])].map((a) => ({
    a,
    b: 1,
    c: 'c',
  }))
}
