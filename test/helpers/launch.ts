import { spawn } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { JsonObject } from '../../src/model.ts'

/** How a program ended, and what it printed. */
export interface Ended {
  readonly code: number | null
  readonly signal: string | null
  readonly out: string
  readonly err: string
}

/** The built program. */
export const program = new URL('../../dist/muster.js', import.meta.url).pathname

/**
 * A variable for the programs that tests start: what Node has compiled of muster is kept in one folder for the whole run,
 * and not in each home, where each first start takes 0.1 s and more to compile it.
 */
export function keptCode(): Readonly<Record<string, string>> {
  return { NODE_COMPILE_CACHE: join(tmpdir(), 'compiled') }
}

export function writeSettings(home: string, settings: JsonObject): void {
  writeFileSync(join(home, '.config/muster/config.json'), JSON.stringify(settings))
}

/** Starts any program and collects what it prints. A file that it leaves in the temporary directory fails the run. */
export function launch(
  command: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  cwd?: string,
) {
  const child = spawn(command, [...args], {
    env: { TMPDIR: tmpdir(), ...env },
    cwd,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const ended = new Promise<Ended>((resolve, reject) => {
    let out = ''
    let err = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      out += text
    })
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      err += text
    })
    child.once('error', reject)
    child.once('close', (code, signal) => resolve({ code, signal, out, err }))
  })
  return { child, ended }
}
