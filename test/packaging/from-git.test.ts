import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { temporaryFolder } from '../helpers/temporary.ts'
import { copyOfCheckout, install, run, runMuster } from './checkout.ts'

// npm installs all development dependencies into a clone, a Node among them, and builds it.
const patience = 300_000

test('an install from git builds muster, and leaves the repository as it was', {
  timeout: patience,
}, async (context) => {
  const checkout = await copyOfCheckout()
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
  expect(scripts.prepare).toBe('node .build.mjs')
})
