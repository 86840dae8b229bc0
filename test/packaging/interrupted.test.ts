import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { existsSync, readFileSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, describe, expect, test } from 'vitest'
import { copyOfCheckout, environment, run } from './checkout.ts'

let checkout: string
let own: string
const read = () => readFileSync(join(checkout, 'package.json'), 'utf8')
const backup = () => join(checkout, '.tools/package.json.own')
beforeEach(async () => {
  checkout = await copyOfCheckout()
  own = read()
})

describe('a pack that is killed while the published manifest stands in the checkout', () => {
  test('gives the checkout its own back by itself, and after the end of the machine with the next build', async () => {
    const published = await killPack()
    expect(JSON.parse(published)).not.toHaveProperty('scripts')
    await expect.poll(read).toBe(own)
    await expect.poll(() => existsSync(backup())).toBe(false)
    noteBuilt()
    expect((await run('npm', ['run', 'start', '--', '--version'], checkout)).out).toContain('muster ')
    expect((await run('git', ['status', '--porcelain', '--', 'package.json'], checkout)).out).toBe('')

    // A machine that ends ends the process that restores, too: the next build does it then.
    writeFileSync(backup(), own)
    writeFileSync(join(checkout, 'package.json'), published)
    noteBuilt()
    await run(process.execPath, ['.build.mjs', '--if-changed'], checkout)
    expect(read()).toBe(own)
    expect(existsSync(backup())).toBe(false)
  })

  test('never overwrites what was written into package.json since', async () => {
    const changed = JSON.stringify({ ...JSON.parse(own), scripts: {}, version: '9.9.9' })
    writeFileSync(backup(), own)
    writeFileSync(join(checkout, 'package.json'), changed)
    await expect(run(process.execPath, ['.build.mjs'], checkout)).rejects.toThrow('.tools/package.json.own')
    expect(read()).toBe(changed)
    expect(readFileSync(backup(), 'utf8')).toBe(own)
  })
})

/** The pack has built the program before it was killed: nothing has to be built again, only the manifest restored. */
function noteBuilt(): void {
  const later = Date.now() / 1000 + 3600
  utimesSync(join(checkout, 'dist/muster.js'), later, later)
}

/** Kills npm and all that it started in the middle of a pack; gives the manifest that stood there. */
async function killPack(): Promise<string> {
  // Bytes that cannot be compressed take a while.
  writeFileSync(join(checkout, 'queries/long.jmespath'), randomBytes(48 << 20))
  const npm = spawn('npm', ['pack'], { cwd: checkout, env: environment, detached: true, stdio: 'ignore' })
  const ended = once(npm, 'exit')
  let published = own
  await expect
    .poll(
      () => {
        published = read()
        return published
      },
      { interval: 5 },
    )
    .not.toBe(own)
  process.kill(-(npm.pid ?? 0), 'SIGKILL')
  const [, signal] = await ended
  expect(signal).toBe('SIGKILL')
  return published
}
