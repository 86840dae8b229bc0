import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { machine, syncedMachine } from '../../commands/in-process.ts'
import { program } from '../../commands/program.ts'
import { open, openWith, sizes, type TerminalRun } from '../terminal.ts'
import { options, payments, shows, untilSynced } from './story.ts'

const restored = { alternate: false, wraps: true, cursorShown: true, mouse: false }

describe.each(sizes)('at $name', ({ size }) => {
  /** A shell with the screen running in it: what was on the terminal before must be there after. */
  async function runInShell(end: string) {
    const on = await syncedMachine(options)
    const line = `printf 'before\\n'; '${process.execPath}' '${program}' ${end}; printf 'after %s\\n' $?; sleep 30`
    return { on, run: openWith(on, size, {}, '/bin/sh', ['-c', line]) }
  }

  test.each([
    ['q y', 0],
    ['ctrl-c', 0],
  ] as const)('%s gives the terminal back as it was', async (key, code) => {
    const { run } = await runInShell('')
    await untilSynced(run)
    expect(run.modes()).toMatchObject({ alternate: true, mouse: true })
    expect(run.lines().join()).not.toContain('before')
    await run.press('j', ...key.split(' '))
    const lines = await shows(run, `after ${code}`)
    expect(lines.slice(0, 2)).toEqual(['before', `after ${code}`])
    expect(run.modes()).toEqual(restored)
  })

  test('a sync that runs is ended by q at once, and what came stays', async () => {
    const slow = {
      account: payments,
      operation: 'DescribeInstances',
      fault: 'latency',
      ms: 3_600_000,
    } as const
    const on = await machine({ ...options, faults: [slow] })
    const run = open(on, size)
    await run.until((lines) => /4 of 6 scopes.*sync/.test(lines.at(-2) ?? ''), 'the rows of the others')
    // The answer that is missing would come in an hour.
    await run.press('q', 'y')
    expect((await run.ended).code).toBe(0)
    const { code, err } = await on.muster('query', '--offline')
    expect(code).toBe(3)
    expect(err).toMatch(/2 missing/)
  })

  test.each(['SIGTERM', 'SIGHUP', 'SIGINT'] as const)(
    '%s ends it with the screen restored',
    async (signal) => {
      const on = await syncedMachine(options)
      const run = open(on, size)
      await untilSynced(run)
      process.kill(run.pid, signal)
      expect((await run.ended).code).toBe(130)
      expect(run.modes()).toEqual(restored)
    },
  )

  test('a crash gives the terminal back before it prints what happened', async () => {
    const on = await syncedMachine(options)
    const trap = join(on.home, 'trap.mjs')
    writeFileSync(trap, "process.on('SIGUSR2', () => { throw new Error('the floor gave way') })\n")
    const run = openWith(on, size, {}, process.execPath, [`--import=${trap}`, program])
    await untilSynced(run)
    process.kill(run.pid, 'SIGUSR2')
    expect((await run.ended).code).toBe(1)
    expect(run.modes()).toEqual(restored)
    await shows(run, 'this is a bug in muster')
    await shows(run, 'the floor gave way')
  })

  test('ctrl-z gives the terminal to the shell, and fg brings the screen back', async () => {
    const on = await syncedMachine(options)
    const run = openWith(on, size, { PS1: 'shell> ' }, '/bin/bash', ['--norc', '--noprofile', '-i'])
    await shows(run, 'shell>')
    run.type(`'${process.execPath}' '${program}'\r`)
    await untilSynced(run)
    await run.press('j', 'ctrl-z')
    await shows(run, /Stopped|shell>$/)
    await run.until(() => !run.modes().alternate, 'the shell’s screen')
    expect(run.modes()).toEqual(restored)
    run.type('echo still $((40+2))\r')
    await shows(run, 'still 42')
    run.type('fg\r')
    await shows(run, 'Instances(3 accounts, 2 regions)[60]')
    expect(run.modes()).toMatchObject({ alternate: true, mouse: true })
    await run.press('q', 'y')
    await run.until(() => !run.modes().alternate, 'the shell again')
    await expectAlive(run)
  })

  test('a terminal that goes away ends it', async () => {
    const on = await syncedMachine(options)
    const run = open(on, size)
    await untilSynced(run)
    process.kill(run.pid, 'SIGHUP')
    await run.ended
    expect(() => process.kill(run.pid, 0)).toThrow()
  })
})

test('q ends it with 0 on a machine that leaves it little time', async () => {
  const slow = { account: payments, operation: 'DescribeInstances', fault: 'latency', ms: 3_600_000 } as const
  const on = await machine({ ...options, faults: [slow] })
  const run = open(on, [80, 24])
  await run.until((lines) => /4 of 6 scopes.*sync/.test(lines.at(-2) ?? ''), 'the rows of the others')
  let ended = false
  void run.ended.then(() => {
    ended = true
  })
  await run.press('q', 'y')
  await run.until(() => !run.modes().alternate, 'the shell’s screen')
  while (!ended) {
    signal(run.pid, 'SIGSTOP')
    await pause(95)
    signal(run.pid, 'SIGCONT')
    await pause(4)
  }
  expect(await run.ended).toEqual({ code: 0, signal: 0 })
})

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name)
  } catch {
    // It has ended.
  }
}

/** The shell reads lines again: nothing of the screen's modes is left. */
async function expectAlive(run: TerminalRun): Promise<void> {
  run.type('echo again $((1+1))\r')
  await shows(run, 'again 2')
}
