import { keptCode, program } from '../commands/program.ts'
import { temporaryFolder } from '../helpers/temporary.ts'
import { openWith, type Size, type TerminalRun } from '../ui/terminal.ts'

/** The screen on the demo fleet, whose clock stands still. */
export function openDemo(size: Size): TerminalRun {
  const home = temporaryFolder()
  const env = {
    HOME: home,
    PATH: process.env.PATH ?? '',
    AWS_EC2_METADATA_DISABLED: 'true',
    ...keptCode(),
    NODE_OPTIONS: `--import=${new URL('clock.mjs', import.meta.url).pathname}`,
  }
  return openWith({ env, home }, size, {}, process.execPath, [program, '--demo'])
}

/** Waits until everything has been read that can be. */
export function isSynced(run: TerminalRun): Promise<unknown> {
  return run.until(
    (lines) => /44 of 48 scopes/.test(lines.at(-2) ?? '') && !/sync/.test(lines.at(-2) ?? ''),
    'all',
  )
}

/** Waits until a text stands on the screen. */
export function shows(run: TerminalRun, text: string): Promise<unknown> {
  return run.until((lines) => lines.some((line) => line.includes(text)), text)
}
