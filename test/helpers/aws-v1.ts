import type { JsonObject } from '../../src/model.ts'
import { awsCli1, pyenvRoot } from './aws-clis.ts'
import { runAws } from './run-aws.ts'

/** Whether `aws` on the PATH is version 1; version 2 (2.9) ignores AWS_ENDPOINT_URL and would leave this machine. */
export const hasAwsV1 = awsCli1 !== null

/** Runs the AWS CLI v1 with an environment of its own, and gives what it prints; throws what it prints if it fails. */
export async function runAwsV1(
  words: readonly string[],
  env: Readonly<Record<string, string | undefined>> & { readonly HOME: string },
  input = '',
): Promise<string> {
  if (!awsCli1) throw new Error('no AWS CLI v1')
  const own = { PATH: process.env.PATH, PYENV_ROOT: pyenvRoot, AWS_PAGER: '' }
  const { code, out, err } = await runAws(awsCli1, words, { ...own, ...env }, input)
  if (code !== 0) throw new Error(err)
  return out
}

/** Runs the AWS CLI v1 in a home folder against an endpoint, and gives the JSON that it prints. */
export async function awsV1(
  home: string,
  endpoint: string,
  words: string,
  ...more: string[]
): Promise<JsonObject> {
  const stdout = await runAwsV1([...words.split(' '), ...more, '--output', 'json'], {
    HOME: home,
    AWS_ENDPOINT_URL: endpoint,
    AWS_DEFAULT_REGION: 'us-east-1',
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_MAX_ATTEMPTS: '1',
  })
  return stdout === '' ? {} : (JSON.parse(stdout) as JsonObject)
}
