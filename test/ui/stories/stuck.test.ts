import { readFileSync } from 'node:fs'
import { describe, expect, onTestFinished, test } from 'vitest'
import { syncedMachine } from '../../commands/in-process.ts'
import { program } from '../../commands/program.ts'
import { makeEndless } from '../../helpers/endless-search.ts'
import { openWith, sizes, type TerminalRun } from '../terminal.ts'
import { options, shows } from './story.ts'

const restored = { alternate: false, wraps: true, cursorShown: true, mouse: false }

describe.each(sizes.slice(0, 1))('while the screen’s thread is inside a statement of SQLite', ({ size }) => {
  /** A shell with the screen in it, which searches a cache in which a search never ends. */
  async function startStuckInShell(): Promise<TerminalRun> {
    const on = await syncedMachine(options)
    makeEndless(on.cache)
    const screen = `'${process.execPath}' '${program}' --offline`
    const modes = "stty -a | grep -oE -- '-?(icanon|echo)\\b' | tr '\\n' ' '"
    const line = `printf 'before\\n'; ${screen}; printf 'after %s\\n' $?; ${modes}; sleep 60`
    const run = openWith(on, size, {}, '/bin/sh', ['-c', line])
    await shows(run, '[60]')
    const pid = screenIn(run)
    onTestFinished(() => killIfAlive(pid))
    await run.press('/')
    run.type('payments')
    const before = usedBy(pid)
    await run.press('enter')
    // Nothing else that the screen does takes half a second of a processor.
    await expect.poll(() => usedBy(pid) - before).toBeGreaterThan(50)
    return run
  }

  test.each(['ctrl-c', 'q y'])('%s ends it, with the terminal as it was', async (key) => {
    const run = await startStuckInShell()
    await run.press(...key.split(' '))
    await expectGivenBack(run, 130)
  })

  test.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ] as const)('%s ends it, with the terminal as it was', async (signal, code) => {
    const run = await startStuckInShell()
    process.kill(screenIn(run), signal)
    await expectGivenBack(run, code)
  })
})

/** The shell's terminal: its own screen, a cursor, lines that are edited and echoed. */
async function expectGivenBack(run: TerminalRun, code: number): Promise<void> {
  await shows(run, `after ${code}`)
  await shows(run, 'icanon echo')
  expect(run.lines().join('\n')).not.toMatch(/-icanon|-echo/)
  expect(run.lines()[0]).toBe('before')
  expect(run.modes()).toEqual(restored)
}

/** A muster that does not end would run on without its shell. */
function killIfAlive(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // It has ended.
  }
}

/** What a process has used of a processor, in hundredths of a second, in user and in system mode. */
function usedBy(pid: number): number {
  const [user, system] = readFileSync(`/proc/${pid}/stat`, 'latin1').split(' ').slice(13, 15).map(Number)
  return (user ?? 0) + (system ?? 0)
}

/** The shell's child. */
function screenIn(run: TerminalRun): number {
  return Number(readFileSync(`/proc/${run.pid}/task/${run.pid}/children`, 'utf8').trim().split(' ')[0])
}
