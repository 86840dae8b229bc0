import { expect, test } from 'vitest'
import { sdkTables } from './sdk-shapes.ts'

/** After a change of the SDK, `npx vitest run --config test/vitest.config.ts test/kinds -u` writes them. */
test.each(['shapes', 'operations'] as const)(
  'the table of %s is what the installed SDK says',
  async (table) => {
    const text = `${JSON.stringify(sdkTables()[table], null, 2)}\n`
    await expect(text).toMatchFileSnapshot(`../../src/kinds/${table}.json`)
  },
)
