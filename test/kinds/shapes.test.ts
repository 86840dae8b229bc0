import { expect, test } from 'vitest'
import { membersOf } from '../../src/kinds/schema.ts'
import { sdkTables } from './sdk-shapes.ts'

/** After a change of the SDK, `npx vitest run --config test/vitest.config.ts test/kinds -u` writes them. */
test.each(['shapes', 'operations'] as const)(
  'the table of %s is what the installed SDK says',
  async (table) => {
    const text = `${JSON.stringify(sdkTables()[table], null, 2)}\n`
    await expect(text).toMatchFileSnapshot(`../../src/kinds/${table}.json`)
  },
)

test('every shape is found by its name, with its members in their order, and no other name is', () => {
  const { shapes } = sdkTables()
  for (const [name, packed] of Object.entries(shapes)) {
    const names = packed.split(' ').map((word) => word.replace(/!?(:.*)?$/, ''))
    expect(Object.keys(membersOf(name) ?? {}), name).toEqual(packed === '' ? [] : names)
  }
  for (const name of ['', 'Instances', '"', 'toString', 'AttributeName AttributeValues'])
    expect(membersOf(name), name).toBeNull()
})
