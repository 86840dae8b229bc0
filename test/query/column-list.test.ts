import { describe, expect, test } from 'vitest'
import { columnWord, splitColumns } from '../../src/query/column-list.ts'

describe('a list of columns', () => {
  test.each<[string, string[]]>([
    ['Name', ['Name']],
    [' Name , tag:Env,State.Name ', ['Name', 'tag:Env', 'State.Name']],
    ["join('-',Tags[].Key),Name", ["join('-',Tags[].Key)", 'Name']],
    ['[State.Name,InstanceType],Name', ['[State.Name,InstanceType]', 'Name']],
    ['{a: A, b: B}.a,C', ['{a: A, b: B}.a', 'C']],
    ["Tags[?Key=='a,b'].Value|[0],Name", ["Tags[?Key=='a,b'].Value|[0]", 'Name']],
    ["join('],\\',(', Tags[].Key),Name", ["join('],\\',(', Tags[].Key)", 'Name']],
    ['`[1,2]`,"a,b"."c\\",d",E', ['`[1,2]`', '"a,b"."c\\",d"', 'E']],
    ['"tag:a,b",Name', ['tag:a,b', 'Name']],
    ['Name,"tag:say ""hi"", you"', ['Name', 'tag:say "hi", you']],
    ['"tag:say \\"hi\\", you"', ['tag:say "hi", you']],
    ["tag:it's,Name,tag:a(b,State", ["tag:it's", 'Name', 'tag:a(b', 'State']],
    ["it's,Name", ["it's", 'Name']],
    ['f(a,b', ['f(a', 'b']],
    ['A,,B,', ['A', '', 'B', '']],
    ['', ['']],
  ])('%s is %j', (text, names) => {
    expect(splitColumns(text)).toEqual(names)
  })

  test.each(['(', '[(', "'\\\\", "'\\'", 'f(,', '(],'])('is split at once if %s is never closed', (part) => {
    const names = splitColumns(part.repeat(20_000))
    expect(names.length).toBe(part.includes(',') ? 20_001 : 1)
  })

  test.each(['Name', 'tag:a,b', 'tag:a", b', 'tag:\\', "join('-', Tags[].Key)", 'tag:x y', '"a,b"', "tag:'"])(
    'can hold %s, and gives it back',
    (name) => {
      expect(splitColumns(`A,${columnWord(name)},B`)).toEqual(['A', name, 'B'])
    },
  )
})
