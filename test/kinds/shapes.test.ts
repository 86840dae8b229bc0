import { expect, test } from 'vitest'
import { kinds } from '../../src/kinds.ts'
import { sdkShapes } from './sdk-shapes.ts'

/**
 * After a change of the SDK or of the list of kinds, `npx vitest run --config test/vitest.config.ts test/kinds -u`
 * writes it.
 */
test('the table of what AWS answers is the table of the installed SDK', async () => {
  const text = `${JSON.stringify(sdkShapes(kinds), null, 2)}\n`
  await expect(text).toMatchFileSnapshot('../../src/kinds/shapes.json')
})
