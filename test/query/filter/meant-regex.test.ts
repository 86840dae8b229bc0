import { expect, test } from 'vitest'
import { explainMeantRegex } from '../../../src/query/filter/meant-regex.ts'

test.each([
  ['payments|web', '/payments|web/'],
  ['running web.*prod', '/web.*prod/'],
  ['!^web', '/^web/'],
  ['prod$', '/prod$/'],
  ['web-[0-9]', '/web-[0-9]/'],
  ['web-\\d', '/web-\\d/'],
  ['name:web|db', 'name:/web|db/'],
  ['tag:Env=^prod', 'tag:Env=/^prod/'],
])('%s is meant as the regular expression %s', (filter, regex) => {
  expect(explainMeantRegex(['first', filter])).toBe(`A regular expression stands between slashes: ${regex}`)
})

test.each([
  ['web'],
  ['web-*'],
  ['/web|db/'],
  ['"web|db"'],
  ['name:"web|db"'],
  ['size>^1'],
  ["[?State.Name=='a|b']"],
  ['web|(db'],
  ['|'],
  ['web|db "not closed'],
])('%s is taken as it is', (filter) => {
  expect(explainMeantRegex([filter])).toBeNull()
})
