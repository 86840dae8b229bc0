import { spawn, spawnSync } from 'node:child_process'
import { homedir } from 'node:os'
import { join } from 'node:path'
import type { Person } from './person.ts'

/** Version 2 ignores AWS_ENDPOINT_URL (2.9) and would leave this machine: only version 1 judges here. */
export const hasAws = works()

interface Situation {
  readonly env?: Readonly<Record<string, string>>
  /** What is typed where it asks for an MFA code. */
  readonly code?: string
}

/** The ARN that the AWS CLI finds itself to be. */
export function aws(
  { env, home }: Pick<Person, 'env' | 'home'>,
  args: readonly string[],
  { env: more = {}, code = '' }: Situation = {},
): Promise<string> {
  const words = ['sts', 'get-caller-identity', '--query', 'Arn', '--output', 'text', ...args]
  const child = spawn('aws', words, {
    env: { ...cliEnv(env, home), ...more },
    detached: true,
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  let out = ''
  let err = ''
  child.stdout.on('data', (text) => {
    out += text
  })
  child.stderr.on('data', (text) => {
    err += text
  })
  child.stdin.on('error', () => {})
  child.stdin.end(`${code}\n`)
  return new Promise((resolve, reject) => {
    child.once('close', (status) => (status === 0 ? resolve(out) : reject(new Error(err))))
  })
}

/** Where `aws` is a shim of pyenv it looks for its versions there, not under the temporary HOME. */
function cliEnv(env: Readonly<Record<string, string>>, home: string) {
  return {
    ...env,
    HOME: home,
    AWS_PAGER: '',
    PYENV_ROOT: process.env.PYENV_ROOT ?? join(homedir(), '.pyenv'),
  }
}

function works(): boolean {
  const { status, stdout } = spawnSync('aws', ['--version'], { encoding: 'utf8' })
  return status === 0 && stdout.startsWith('aws-cli/1.')
}
