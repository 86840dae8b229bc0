import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import type { JsonObject } from '../../src/model.ts'
import { fillCache } from './fill.ts'
import { everything, muster, newHome, servedFleet } from './fleet.ts'
import { startTimed, type Timed } from './pty.ts'

/** Key presses of one row of figures, and the time between two of them in ms. */
const presses = 200
const between = 35
const bareInk = new URL('bare-ink.ts', import.meta.url).pathname
const delayMonitor = new URL('delay-monitor.ts', import.meta.url).href

/**
 * The screen on a real terminal of 200×50 at several sizes of the cache: from a key to the bytes that move the
 * cursor, idle and while everything is synced again; from the start to the first rows; memory.
 */
export async function benchScreen(sizes: readonly number[]): Promise<void> {
  console.log(`\nthe screen at 200×50, ${presses} key presses (ms), beside a bare Ink program\n`)
  console.log('what'.padEnd(44), ...['median', 'p95', 'max', 'ratio'].map((word) => word.padStart(8)))
  const bare = startTimed([bareInk], { PATH: process.env.PATH ?? '', HOME: newHome() })
  const bareStart = await bare.waitUntilShown(/row 5/)
  await pause(500)
  const yardstick = await keys(bare)
  row('bare Ink', yardstick, yardstick)
  bare.close()
  for (const size of sizes) await benchSize(size, yardstick, bareStart)
}

async function benchSize(size: number, yardstick: readonly number[], bareStart: number): Promise<void> {
  const small = await servedFleet(400)
  // Exit code 3: the demo fleet has an account that denies.
  spawnSync(process.execPath, [muster, 'sync', ...everything], { env: small.env, stdio: 'ignore' })
  const words = ['query', 'Reservations[].Instances[]', '--offline', ...everything, '--output', 'json']
  const { stdout } = spawnSync(process.execPath, [muster, ...words], { env: small.env, maxBuffer: 2 ** 28 })
  const documents = JSON.parse(stdout.toString()) as JsonObject[]
  fillCache(join(small.home, '.cache/muster/inventory.db'), size, documents)
  small.close()
  const large = await servedFleet(size, Number(new URL(small.url).port), small.home)
  const name = size.toLocaleString('en-US')
  const starts: number[] = []
  for (let round = 0; round < 3; round += 1) {
    const run = startTimed([muster, ...everything, '--fresh', '30d'], large.env)
    starts.push(await run.waitUntilShown(/i-[0-9a-f]{17}/))
    run.close()
  }
  const start = starts.sort((a, b) => a - b)[1] ?? 0
  console.log(
    `${name} rows: start to first rows, bare Ink ${bareStart.toFixed(0)}`.padEnd(44),
    figure(start),
    ''.padStart(17),
    (start / bareStart).toFixed(2).padStart(8),
  )
  const delayFile = join(large.home, 'delay')
  const watched = ['--import', delayMonitor, muster, ...everything, '--fresh', '30d']
  const run = startTimed(watched, { ...large.env, DELAY_FILE: delayFile })
  await run.waitUntilShown(/i-[0-9a-f]{17}/)
  await pause(3000)
  row(`${name} rows, idle`, await keys(run), yardstick)
  const before = run.readMemory()
  for (let press = 0; press < 3000; press += 1) {
    run.write(press % 3 === 2 ? 'k' : 'j')
    if (press % 10 === 0) await pause(20)
  }
  await pause(1000)
  console.log(
    `${name} rows: MB before and after 3,000 keys`.padEnd(44),
    figure(before),
    figure(run.readMemory()),
  )
  run.write('\u0012')
  await run.waitUntilShown(/syncing/)
  run.signal('SIGUSR2')
  row(`${name} rows, while everything is synced`, await keys(run), yardstick)
  run.signal('SIGUSR2')
  await pause(500)
  const [middle, high, most] = JSON.parse(readFileSync(delayFile, 'utf8')) as [number, number, number]
  console.log(
    `${name} rows: ms that the thread is held up, p50 p99 max`.padEnd(44),
    ...[middle, high, most].map(figure),
  )
  run.close()
  large.close()
}

async function keys(run: Timed): Promise<readonly number[]> {
  const all: number[] = []
  for (let press = 0; press < presses; press += 1) {
    all.push(await run.press(press % 4 === 3 ? 'k' : 'j'))
    await pause(between)
  }
  return all.sort((a, b) => a - b)
}

function row(what: string, all: readonly number[], yardstick: readonly number[]): void {
  const at = (list: readonly number[], part: number) =>
    list[Math.min(list.length - 1, Math.floor(list.length * part))] ?? 0
  const ratio = (at(all, 0.5) / at(yardstick, 0.5)).toFixed(2).padStart(8)
  console.log(what.padEnd(44), ...[0.5, 0.95, 1].map((part) => figure(at(all, part))), ratio)
}

function figure(value: number): string {
  return value.toFixed(1).padStart(8)
}
