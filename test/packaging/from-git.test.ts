import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { JsonObject } from '../../src/model.ts'
import { temporaryFolder } from '../helpers/temporary.ts'
import { copyOfCheckout, install, run, runMuster } from './checkout.ts'

// npm installs what a build needs into a clone, and builds it.
const patience = 300_000

test('an install from git builds muster, and leaves the repository as it was', {
  timeout: patience,
}, async (context) => {
  const checkout = await copyOfCheckout(keepWhatBuilds)
  const before = readFileSync(join(checkout, 'package.json'), 'utf8')
  const folder = temporaryFolder()
  await install(context, [`git+file://${checkout}`], folder)
  const program = join(folder, 'node_modules/.bin/muster')
  const { out } = await runMuster(program, process.execPath, [
    'query',
    'running',
    '--demo',
    '--output',
    'json',
  ])
  expect(JSON.parse(out).length).toBeGreaterThan(300)
  expect(readdirSync(join(folder, 'node_modules/muster-aws/dist'))).toContain('THIRD-PARTY-NOTICES.txt')
  expect(readFileSync(join(checkout, 'package.json'), 'utf8')).toBe(before)
  expect((await run('git', ['status', '--porcelain'], checkout)).out).toBe('')
})

test('the checkout keeps what an install from git needs', () => {
  const { dependencies, scripts } = JSON.parse(
    readFileSync(new URL('../../package.json', import.meta.url), 'utf8'),
  )
  const six = ['ink', 'react', '@aws-sdk/client-ec2', '@aws-sdk/client-sts', 'jmespath', 'better-sqlite3']
  expect(Object.keys(dependencies)).toEqual(expect.arrayContaining(six))
  expect(scripts.prepare).toBe('node .build.mjs --if-changed')
})

/**
 * Leaves only that development dependency in the manifest which a build needs. Tests, types and lints need the others: six
 * sevenths of the bytes that npm would unpack, and the `npm install` of the checkout itself has unpacked them.
 */
function keepWhatBuilds(folder: string): void {
  const building = 'esbuild'
  const change = (name: string, ofRoot: (file: JsonObject) => JsonObject) => {
    const file = JSON.parse(readFileSync(join(folder, name), 'utf8'))
    const own = ofRoot(file) as { devDependencies: Record<string, string> }
    const version = own.devDependencies[building]
    expect(version).toBeTruthy()
    own.devDependencies = { [building]: version ?? '' }
    writeFileSync(join(folder, name), `${JSON.stringify(file, null, 2)}\n`)
  }
  change('package.json', (file) => file)
  change('package-lock.json', ({ packages }) => (packages as Record<string, JsonObject>)[''] ?? {})
}
