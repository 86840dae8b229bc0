import { execFile, spawnSync } from 'node:child_process'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { JsonObject } from '../../src/model.ts'

const run = promisify(execFile)

/** Whether `aws` on the PATH is version 1; version 2 (2.9) ignores AWS_ENDPOINT_URL and would leave this machine. */
export const hasAwsV1 = works()

/** Runs the AWS CLI v1 in a home folder against an endpoint, and gives the JSON that it prints. */
export async function awsV1(
  home: string,
  endpoint: string,
  words: string,
  ...more: string[]
): Promise<JsonObject> {
  const env = {
    PATH: process.env.PATH,
    HOME: home,
    // Where `aws` is a shim of pyenv it looks for its versions there, not under the temporary HOME.
    PYENV_ROOT: process.env.PYENV_ROOT ?? join(homedir(), '.pyenv'),
    AWS_ENDPOINT_URL: endpoint,
    AWS_DEFAULT_REGION: 'us-east-1',
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_MAX_ATTEMPTS: '1',
    AWS_PAGER: '',
  }
  const { stdout } = await run('aws', [...words.split(' '), ...more, '--output', 'json'], { env })
  return stdout === '' ? {} : (JSON.parse(stdout) as JsonObject)
}

function works(): boolean {
  const { status, stdout } = spawnSync('aws', ['--version'], { encoding: 'utf8' })
  return status === 0 && stdout.startsWith('aws-cli/1.')
}
