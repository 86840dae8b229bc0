import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { describe, expect, test } from 'vitest'

const root = new URL('..', import.meta.url).pathname

/** What the build reads from outside of any import, or what other programs import. */
const entries = ['src/jmespath/library.ts', 'src/main.ts', 'src/muster.ts']

const texts = new Map(
  ['src', 'test'].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => /\.tsx?$/.test(name))
      .map((name): [string, string] => {
        const path = join(folder, name)
        return [path, readFileSync(join(root, path), 'utf8')]
      }),
  ),
)

/** The files that name a file, as a module or as a worker’s. */
const users = new Map<string, string[]>()
for (const [path, text] of texts) {
  for (const [, target = ''] of text.matchAll(/'(\.{1,2}\/[^'\n]+\.tsx?)'/g)) {
    const used = resolve(root, dirname(path), target).slice(root.length)
    users.set(used, [...(users.get(used) ?? []), path])
  }
}

describe('nothing in src is exported that no other file uses', () => {
  const files = [...texts.keys()].filter(
    (path) => path.startsWith('src/') && !entries.includes(path) && !path.endsWith('.d.ts'),
  )

  test.each(files)('%s', (path) => {
    const text = texts.get(path) ?? ''
    const others = (users.get(path) ?? []).map((user) => texts.get(user) ?? '')
    const unused = exportsOf(text).filter(({ name, isType }) => {
      // The type of what a function takes or gives has a name for its readers.
      const here = isType ? 1 : Number.POSITIVE_INFINITY
      return timesIn(text, name) <= here && !others.some((other) => timesIn(other, name) > 0)
    })
    expect(unused.map(({ name }) => name)).toEqual([])
  })

  test('the check sees every form of an export', () => {
    const text =
      'export const a = 1\nexport async function b() {}\nexport type { C, d as e } from "./x.ts"\n' +
      'export interface F {}\nexport { g, h }\nconst i = 1'
    expect(exportsOf(text).map(({ name }) => name)).toEqual(['a', 'b', 'F', 'C', 'e', 'g', 'h'])
    expect(timesIn('import { ab } from "x"', 'a')).toBe(0)
  })
})

interface Export {
  readonly name: string
  readonly isType: boolean
}

function exportsOf(text: string): readonly Export[] {
  const declared =
    /^export (?:abstract |async |declare )*(function\*?|const|let|class|interface|type|enum) (\w+)/gm
  const listed = /^export (?:type )?\{([^}]*)\}/gm
  return [
    ...[...text.matchAll(declared)].map(([, keyword = '', name = '']) => ({
      name,
      isType: keyword === 'interface' || keyword === 'type',
    })),
    ...[...text.matchAll(listed)]
      .flatMap(([, items = '']) => items.split(','))
      .map((item) => ({ name: item.trim().split(/\s+/).at(-1) ?? '', isType: false }))
      .filter(({ name }) => name !== ''),
  ]
}

function timesIn(text: string, name: string): number {
  return text.match(new RegExp(`\\b${name}\\b`, 'g'))?.length ?? 0
}
