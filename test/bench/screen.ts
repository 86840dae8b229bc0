import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import type { JsonObject } from '../../src/model.ts'
import { fillCache } from './fill.ts'
import { everything, muster, newHome, type ServedFleet, servedFleet } from './fleet.ts'
import { startTimed, type Timed } from './pty.ts'

/** Key presses of one row of figures, and the time between two of them in ms. */
const presses = 200
const between = 20
/** Starts of which the median is taken. */
const starts = 5
/** Key presses after which memory is looked at again. */
const many = 10_000
/** How long an idle screen is watched, in ms. */
const idle = 20_000
const rowsShown = /i-[0-9a-f]{17}/
const bareInk = new URL('bare-ink.ts', import.meta.url).pathname
const delayMonitor = new URL('delay-monitor.ts', import.meta.url).href

/**
 * The screen on a real terminal of 200×50 at several sizes of the cache, beside a bare Ink program of as many lines, which
 * gets each key at the same moment: start, keys, bytes of a line that is scrolled, memory, CPU, and all this while everything
 * is synced again.
 */
export async function benchScreen(sizes: readonly number[]): Promise<void> {
  console.log(`\nthe screen at 200×50 beside a bare Ink program, ${presses} keys each\n`)
  row('what', ['muster', 'bare', 'ratio', 'goal'])
  for (const size of sizes) {
    const fleet = await fillFleet(size)
    try {
      await benchSize(size, fleet)
    } finally {
      fleet.close()
    }
  }
}

/** A cache of so many rows, and an endpoint of as many behind its profiles. */
async function fillFleet(size: number): Promise<ServedFleet> {
  const small = await servedFleet(400)
  // Exit code 3: the demo fleet has an account that denies.
  spawnSync(process.execPath, [muster, 'sync', ...everything], { env: small.env, stdio: 'ignore' })
  const words = ['query', 'Reservations[].Instances[]', '--offline', ...everything, '--output', 'json']
  const { stdout } = spawnSync(process.execPath, [muster, ...words], { env: small.env, maxBuffer: 2 ** 28 })
  const documents = JSON.parse(stdout.toString()) as JsonObject[]
  fillCache(join(small.home, '.cache/muster/inventory.db'), size, documents)
  small.close()
  return servedFleet(size, Number(new URL(small.url).port), small.home)
}

async function benchSize(size: number, fleet: ServedFleet): Promise<void> {
  const name = size.toLocaleString('en-US')
  const isLarge = size > 100_000
  await benchStarts(name, fleet, isLarge ? 2 : 1.2)
  const bare = startBare()
  const delayFile = join(fleet.home, 'delay')
  const words = ['--import', delayMonitor, muster, ...everything, '--fresh', '30d']
  const run = startTimed(words, { ...fleet.env, DELAY_FILE: delayFile })
  await Promise.all([bare.waitUntilShown(/row 5/), run.waitUntilShown(rowsShown)])
  await Promise.all([bare.untilSettled(), run.untilSettled()])
  await pause(2000)

  const calm = await pressBoth(run, bare)
  rowOfKeys(`${name}: key to frame`, calm.run, calm.bare, 1)
  row(`${name}: CPU of a key, ms`, [...compare(calm.cpu, calm.bareCpu), ''])
  await benchScrolling(name, run)

  const cpu = run.readCpu()
  await pause(idle)
  const share = ((run.readCpu() - cpu) / idle) * 100
  row(`${name}: idle CPU, %`, [figure(share), '', '', '< 0.5'])

  const before = run.readMemory()
  row(`${name}: memory, MB`, [figure(before), '', '', isLarge ? '≤ 250' : ''])
  for (let press = 0; press < many; press += 1) {
    run.write('jjk'[press % 3] as string)
    if (press % 20 === 0) await pause(10)
  }
  await run.untilSettled()
  row(`${name}: memory after ${many.toLocaleString('en-US')} keys, MB`, [
    figure(run.readMemory()),
    '',
    '',
    'the same',
  ])

  run.write('\u0012')
  await run.waitUntilShown(/syncing/)
  run.signal('SIGUSR2')
  const watch = watchMemory(run)
  const busy = await pressBoth(run, bare)
  // A sync of many rows takes its most memory only after a while.
  if (isLarge) await pause(idle)
  run.signal('SIGUSR2')
  await pause(500)
  rowOfKeys(`${name}, while it syncs: key to frame`, busy.run, calm.bare, 1.3)
  rowOfKeys('  beside bare Ink at the same time', busy.run, busy.bare, null)
  row(`${name}, while it syncs: most memory, MB`, [figure(watch.end()), '', '', isLarge ? '≤ 400' : ''])
  const [middle, high, most] = JSON.parse(readFileSync(delayFile, 'utf8')) as [number, number, number]
  row(`${name}, while it syncs: thread held up, p99, ms`, [figure(high), '', '', '< 16'])
  row('  median and most, ms', [figure(middle), figure(most), '', ''])
  run.close()
  bare.close()
}

/** From the start to the first rows, and to bare Ink's first line, in turns. */
async function benchStarts(name: string, fleet: ServedFleet, goal: number): Promise<void> {
  const ours: number[] = []
  const theirs: number[] = []
  for (let round = 0; round < starts; round += 1) {
    const bare = startBare()
    theirs.push(await bare.waitUntilShown(/row 5/))
    bare.close()
    const run = startTimed([muster, ...everything, '--fresh', '30d'], fleet.env)
    ours.push(await run.waitUntilShown(rowsShown))
    run.close()
  }
  row(`${name}: start to first rows, ms`, [...compare(at(ours, 0.5), at(theirs, 0.5)), `≤ ${goal}`])
}

function startBare(): Timed {
  return startTimed([bareInk], { PATH: process.env.PATH ?? '', HOME: newHome() })
}

/** The same keys on both, in turns, so that both meet the same load. CPU is that of one key. */
async function pressBoth(run: Timed, bare: Timed) {
  const times = { run: [] as number[], bare: [] as number[] }
  const before = [run.readCpu(), bare.readCpu()] as const
  for (let press = 0; press < presses; press += 1) {
    const key = press % 4 === 3 ? 'k' : 'j'
    times.bare.push(await bare.press(key))
    await pause(between)
    times.run.push(await run.press(key))
    await pause(between)
  }
  const cpu = (run.readCpu() - before[0]) / presses
  return { ...times, cpu, bareCpu: (bare.readCpu() - before[1]) / presses }
}

async function benchScrolling(name: string, run: Timed): Promise<void> {
  // To the last line of the screen.
  for (let press = 0; press < 60; press += 1) await run.press('j')
  await run.untilSettled()
  const before = run.countBytes()
  for (let press = 0; press < 50; press += 1) {
    await run.press('j')
    await pause(between)
  }
  await run.untilSettled()
  row(`${name}: bytes of a line that is scrolled`, [
    figure((run.countBytes() - before) / 50),
    '',
    '',
    '≤ 1024',
  ])
}

/** The most memory from now on. */
function watchMemory(run: Timed) {
  let most = 0
  const timer = setInterval(() => {
    most = Math.max(most, run.readMemory())
  }, 250)
  return {
    end() {
      clearInterval(timer)
      return most
    },
  }
}

function rowOfKeys(
  what: string,
  ours: readonly number[],
  theirs: readonly number[],
  goal: number | null,
): void {
  row(`${what}, median, ms`, [...compare(at(ours, 0.5), at(theirs, 0.5)), ''])
  row('  p95, ms', [...compare(at(ours, 0.95), at(theirs, 0.95)), goal === null ? '' : `≤ ${goal}`])
}

function compare(ours: number, theirs: number): readonly string[] {
  return [figure(ours), figure(theirs), (ours / theirs).toFixed(2)]
}

function at(list: readonly number[], part: number): number {
  const sorted = [...list].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? 0
}

function row(what: string, cells: readonly string[]): void {
  console.log(what.padEnd(56), ...cells.map((cell) => cell.padStart(9)))
}

function figure(value: number): string {
  return value.toFixed(1)
}
