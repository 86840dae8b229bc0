import { spawnSync } from 'node:child_process'
import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'

/** An AWS CLI of this machine, and the Python whose `awscli` it is. */
export interface AwsCli {
  readonly command: string
  readonly python: string
}

const found = findOnce()

/** Version 1 on the PATH; null if it is not installed. */
export const awsCli1 = found.first
/** Version 2 as Debian installs it; null if it is not installed. */
export const awsCli2 = found.second

/** What every run of the AWS CLI needs in its environment, also if `aws` is a shim of pyenv. */
export const pyenvRoot = process.env.PYENV_ROOT ?? join(homedir(), '.pyenv')

/** Looks once for all test files of a run, whose temporary directory is its own: it takes two seconds. */
function findOnce(): { readonly first: AwsCli | null; readonly second: AwsCli | null } {
  const file = join(tmpdir(), 'aws-clis.json')
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch {
    const clis = { first: findAwsCli('1', pathOf('aws')), second: findAwsCli('2', '/usr/bin/aws') }
    writeFileSync(`${file}.${process.pid}`, JSON.stringify(clis))
    renameSync(`${file}.${process.pid}`, file)
    return clis
  }
}

function findAwsCli(version: string, command: string | null): AwsCli | null {
  if (command === null) return null
  const { status, stdout } = spawnSync(command, ['--version'], { encoding: 'utf8' })
  if (status !== 0 || !stdout.startsWith(`aws-cli/${version}.`)) return null
  const python = /^#!(\S*python\S*)/.exec(readFileSync(scriptOf(command), 'latin1').slice(0, 200))?.[1]
  if (python === undefined) return null // a bundled build, whose Python cannot be asked
  return spawnSync(python, ['-c', 'import awscli.formatter']).status === 0 ? { command, python } : null
}

function pathOf(command: string): string | null {
  const { status, stdout } = spawnSync('sh', ['-c', `command -v ${command}`], { encoding: 'utf8' })
  return status === 0 ? stdout.trim() : null
}

/** Behind a shim of pyenv stands the script itself. */
function scriptOf(command: string): string {
  if (!command.includes('/shims/')) return command
  return spawnSync('pyenv', ['which', 'aws'], { encoding: 'utf8' }).stdout?.trim() || command
}
