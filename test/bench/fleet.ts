import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export const muster = new URL('../../dist/muster.js', import.meta.url).pathname
export const everything = ['--profile', '*', '--region', '*'] as const

/** A home folder whose profiles lead to a demo endpoint in a process of its own. */
export interface ServedFleet {
  readonly home: string
  readonly env: Readonly<Record<string, string>>
  readonly url: string
  readonly close: () => void
}

/** Serves a fleet of so many instances; `home` is made where it is not given. Port 0: any that is free. */
export async function servedFleet(instances: number, port = 0, home = newHome()): Promise<ServedFleet> {
  const env = { PATH: process.env.PATH ?? '', HOME: home, AWS_EC2_METADATA_DISABLED: 'true' }
  const words = ['demo', 'serve', '--instances', String(instances), ...(port ? ['--port', String(port)] : [])]
  const serving = spawn(process.execPath, [muster, ...words], { stdio: ['ignore', 'pipe', 'inherit'], env })
  let text = ''
  for await (const chunk of serving.stdout) {
    text += chunk
    if (/# ~\/\.aws\/credentials\n[\s\S]*\n$/.test(text)) break
  }
  const [first = '', rest = ''] = text.split('# ~/.aws/config\n')
  const [config = '', credentials = ''] = rest.split('# ~/.aws/credentials\n')
  mkdirSync(join(home, '.aws'), { recursive: true })
  writeFileSync(join(home, '.aws/config'), config)
  writeFileSync(join(home, '.aws/credentials'), credentials)
  return {
    home,
    env,
    url: /http\S+/.exec(first)?.[0] ?? '',
    close: () => void serving.kill('SIGTERM'),
  }
}

const homes: string[] = []
process.once('exit', () => {
  for (const home of homes) rmSync(home, { recursive: true, force: true })
})

/** A new folder, gone when the process ends. */
export function newHome(): string {
  const home = mkdtempSync(join(tmpdir(), 'muster-bench-'))
  homes.push(home)
  return home
}
