import { execFileSync, spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import type { Json } from '../../src/model.ts'

/** An AWS CLI of this machine, and the Python whose `awscli` it is. */
export interface AwsCli {
  readonly command: string
  readonly python: string
}

/** A question to an AWS CLI's formatters: what do these expressions over this document print? */
export interface Questions {
  readonly document: Json
  readonly expressions: readonly string[]
  readonly formats: readonly string[]
}

/** Version 1 on the PATH; null if it is not installed. */
export const awsCli1 = findAwsCli('1', pathOf('aws'))
/** Version 2 as Debian installs it; null if it is not installed. */
export const awsCli2 = findAwsCli('2', '/usr/bin/aws')

/**
 * What the AWS CLI's own formatters print, one list for each expression and in it one text for each format; null
 * if the AWS CLI fails. One process answers everything: `aws` itself takes half a second a call.
 */
export function askFormatters(
  { python }: AwsCli,
  questions: Questions,
): readonly (readonly (string | null)[])[] {
  const env = { PATH: process.env.PATH, PYTHONIOENCODING: 'utf8', PYENV_ROOT: pyenvRoot }
  const input = JSON.stringify(questions)
  return JSON.parse(execFileSync(python, ['-c', judge], { input, encoding: 'utf8', env, maxBuffer: 1 << 28 }))
}

/** What every run of the AWS CLI needs in its environment, also if `aws` is a shim of pyenv. */
export const pyenvRoot = process.env.PYENV_ROOT ?? join(homedir(), '.pyenv')

const judge = `
import io, json, sys
from types import SimpleNamespace
import jmespath
from awscli.formatter import get_formatter

asked = json.load(sys.stdin)

def printed(expression, name):
    query = jmespath.compile(expression)
    out = io.StringIO()
    try:
        arguments = SimpleNamespace(query=query, color='auto', output=name)
        get_formatter(name, arguments)('DescribeInstances', asked['document'], out)
    except (AttributeError, LookupError, TypeError, ValueError):
        return None
    return out.getvalue()

json.dump([[printed(e, f) for f in asked['formats']] for e in asked['expressions']], sys.stdout)
`

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
