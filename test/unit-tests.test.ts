import { expect, test } from 'vitest'
import { unitTests } from './unit-tests.ts'

test.each([
  ['starts the program', 'test/commands/kill.test.ts'],
  ['opens a terminal', 'test/ui/stories/table.test.ts'],
  ['starts a server', 'test/demo/paging.test.ts'],
  ['reads what was built', 'test/build.test.ts'],
  ['makes up its cases', 'test/jmespath/robust.test.ts'],
])('npm run test:unit leaves out a file that %s', (_, file) => {
  expect(unitTests()).not.toContain(file)
})

test('npm run test:unit covers every part that works without a process of its own', () => {
  const parts = new Set(unitTests().map((file) => file.split('/')[1]))
  for (const part of ['config', 'doctor', 'identity', 'jmespath', 'kinds', 'query', 'store', 'ui'])
    expect(parts).toContain(part)
})
