import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readdirSync, readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import { withLock } from '../../src/identity/sso/lock.ts'
import { launch } from '../commands/program.ts'
import { scriptOver } from '../helpers/file-calls.ts'
import { temporaryFolder } from '../helpers/temporary.ts'

const forever = Number.POSITIVE_INFINITY
const never = new AbortController().signal
const env = { PATH: process.env.PATH ?? '' }

let folder: string
let file: string
beforeEach(() => {
  folder = temporaryFolder()
  file = join(folder, 'login.json.lock')
})

const script = (work: string) =>
  scriptOver('identity/sso/lock.ts', `const never = new AbortController().signal; ${work}`)

/** A process that holds the lock until it is ended; resolves when it has it. */
async function holder(): Promise<ChildProcess> {
  const work = `await exports.withLock('${file}', never, async () => {
    process.stdout.write('held')
    await new Promise((resolve) => setTimeout(resolve, 600_000))
  })`
  const child = spawn(process.execPath, script(work), { env, stdio: ['ignore', 'pipe', 'inherit'] })
  onTestFinished(() => void child.kill('SIGKILL'))
  await once(child.stdout, 'data')
  return child
}

describe('the lock of a login', () => {
  test('is free again the moment its holder is killed', async () => {
    const child = await holder()
    let isHeld = false
    const take = async () => {
      isHeld = true
    }
    const mine = withLock(file, never, take, forever)
    await pause(500)
    expect(isHeld).toBe(false)
    child.kill('SIGKILL')
    await mine
    expect(isHeld).toBe(true)
    expect(readdirSync(folder)).toEqual([])
  })

  test.each([
    ['in the past', 0],
    ['now', Date.now()],
    ['in a hundred years', Date.now() + 100 * 31_536_000_000],
  ])('is free if its file was left behind, as of %s', async (_, at) => {
    writeFileSync(file, '')
    utimesSync(file, new Date(at), new Date(at))
    expect(await withLock(file, never, async () => 'done', forever)).toBe('done')
    expect(readdirSync(folder)).toEqual([])
  })

  test('holds nobody up for long if its holder was stopped', async () => {
    const child = await holder()
    child.kill('SIGSTOP')
    expect(await withLock(file, never, async () => 'done', 300)).toBe('done')
    expect(existsSync(file)).toBe(true)
  })

  test('is waited for until the user ends it', async () => {
    await holder()
    const stop = new AbortController()
    setTimeout(() => stop.abort(), 200)
    await expect(withLock(file, stop.signal, async () => 'done', forever)).rejects.toThrow('aborted')
  })

  test('is free after work that failed, and its file is its owner’s alone while it is held', async () => {
    let mode = 0
    const work = async () => {
      mode = statSync(file).mode & 0o777
      throw new Error('failed')
    }
    await expect(withLock(file, never, work, forever)).rejects.toThrow('failed')
    expect(mode).toBe(0o600)
    expect(await withLock(file, never, async () => 'done', forever)).toBe('done')
  })

  test('is taken again if its file was removed just when it was taken, and another’s is there', async () => {
    const work = `
      const { default: fs } = await import('node:fs')
      const { syncBuiltinESMExports } = await import('node:module')
      const { default: Sqlite } = await import('${import.meta.resolve('better-sqlite3')}')
      const real = fs.statSync
      let looks = 0
      fs.statSync = (path, ...more) => {
        looks += 1
        if (looks === 3) {
          fs.rmSync('${file}')
          fs.writeFileSync('${file}', '')
        }
        return real(path, ...more)
      }
      syncBuiltinESMExports()
      const tryIt = async () => {
        const other = new Sqlite('${file}', { timeout: 0 })
        try {
          other.exec('BEGIN IMMEDIATE')
          return 'nobody has it'
        } catch (error) {
          return error.code
        }
      }
      console.log(await exports.withLock('${file}', never, tryIt, Infinity), looks > 3)`
    const { out, err } = await launch(process.execPath, script(work), env).ended
    expect([out, err]).toEqual(['SQLITE_BUSY true\n', ''])
  })

  test('is held by one at a time, of many processes and threads, some of which are killed', async () => {
    const log = join(folder, 'log')
    writeFileSync(log, '')
    const rounds = (name: string) => `
      const { appendFileSync } = await import('node:fs')
      for (let round = 0; round < 30; round += 1) {
        await exports.withLock('${file}', never, async () => {
          appendFileSync('${log}', 'in ${name}\\n')
          await new Promise((resolve) => setTimeout(resolve, Math.random() * 4))
          appendFileSync('${log}', 'out ${name}\\n')
        }, Infinity)
      }`
    const threads = `
      const { Worker } = await import('node:worker_threads')
      for (const name of ['b', 'c']) {
        new Worker(new URL('data:text/javascript,' + encodeURIComponent(${JSON.stringify(moduleOf(rounds('NAME')))}.replaceAll('NAME', name))))
      }`
    const all = ['a', 'd'].map((name) => launch(process.execPath, script(rounds(name)), env))
    all.push(launch(process.execPath, script(threads), env))
    const victims = ['x', 'y', 'z'].map((name) => launch(process.execPath, script(rounds(name)), env))
    for (const { child } of victims) {
      await pause(300)
      child.kill('SIGKILL')
    }
    for (const { ended } of all) expect(await ended).toMatchObject({ code: 0, err: '' })
    await Promise.all(victims.map(({ ended }) => ended))
    const lines = readFileSync(log, 'utf8').trim().split('\n')
    const overlaps = lines.filter((line, n) => {
      const [step, name] = line.split(' ')
      const [before, other] = lines[n - 1]?.split(' ') ?? ['out']
      // Who was killed while it held the lock never says that it is out.
      return step === 'out'
        ? before !== 'in' || other !== name
        : before === 'in' && !/[xyz]/.test(other ?? '')
    })
    expect(overlaps).toEqual([])
    for (const name of 'abcd') expect(lines.filter((line) => line === `out ${name}`)).toHaveLength(30)
    await withLock(file, never, async () => {}, forever)
    expect(readdirSync(folder)).toEqual(['log'])
  })
})

function moduleOf(work: string): string {
  return script(work)[2] ?? ''
}
