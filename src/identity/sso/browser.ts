import { spawn } from 'node:child_process'
import { platform } from 'node:os'
import type { Io } from '../../io.ts'

/**
 * Opens an address in the user's browser: $BROWSER (its first one; `%s` stands for the address), else the system's.
 * Gives whether something was started; what it shows cannot be known.
 */
export function openBrowser(address: string, env: Io['env']): Promise<boolean> {
  const [program = '', ...words] = commandOf(env)
  const url = webAddress(address)
  if (program === '' || url === null) return Promise.resolve(false)
  const args = words.includes('%s') ? words.map((word) => (word === '%s' ? url : word)) : [...words, url]
  return new Promise((resolve) => {
    const child = spawn(program, args, { detached: true, stdio: 'ignore', env: { ...env } })
    child.once('error', () => resolve(false))
    child.once('spawn', () => {
      child.unref()
      resolve(true)
    })
  })
}

function commandOf({ BROWSER }: Io['env']): readonly string[] {
  const first = BROWSER?.split(':')[0]?.trim()
  if (first) return first.split(/\s+/)
  return [platform() === 'darwin' ? 'open' : 'xdg-open']
}

/** Only web addresses: what a server names must not open a file or a program. */
function webAddress(text: string): string | null {
  const url = URL.canParse(text) ? new URL(text) : null
  return url?.protocol === 'https:' || url?.protocol === 'http:' ? url.href : null
}
