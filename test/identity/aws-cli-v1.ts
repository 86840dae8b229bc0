import { hasAwsV1, runAwsV1 } from '../helpers/aws-v1.ts'
import type { Person } from './person.ts'

/** Version 2 ignores AWS_ENDPOINT_URL (2.9) and would leave this machine: only version 1 judges here. */
export const hasAws = hasAwsV1

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
  return runAwsV1(words, { ...env, HOME: home, ...more }, `${code}\n`)
}
