import type { IncomingMessage } from 'node:http'
import type { Fleet } from './fleet.ts'
import type { WireAnswer } from './http-answer.ts'
import type { SessionIssuer } from './sts/sessions.ts'

/** What a container is given in AWS_CONTAINER_AUTHORIZATION_TOKEN. */
export const containerToken = 'demo-container-token'

/** The path of the credentials in AWS_CONTAINER_CREDENTIALS_FULL_URI. */
export const containerPath = '/container/credentials'

const metadataToken = 'demo-metadata-token'
const roles = '/latest/meta-data/iam/security-credentials/'

/**
 * The answers that a container (ECS, EKS) and an instance (metadata version 2: a token by PUT, the role's name, its
 * credentials) get about the role that they run with: the management account's. Null for any other path.
 */
export function answerMetadata(
  fleet: Fleet,
  request: IncomingMessage,
  issuer: SessionIssuer,
): WireAnswer | null {
  const { method, url = '', headers } = request
  const role = fleet.accounts[0]?.roleName ?? ''
  if (url === containerPath) {
    return headers.authorization === containerToken
      ? credentialsAnswer(fleet, 'container', issuer)
      : refusedAnswer
  }
  if (!url.startsWith('/latest/')) return null
  if (url === '/latest/api/token') return method === 'PUT' ? textAnswer(metadataToken) : refusedAnswer
  if (headers['x-aws-ec2-metadata-token'] !== metadataToken) return refusedAnswer
  if (url === roles) return textAnswer(role)
  return url === `${roles}${role}` ? credentialsAnswer(fleet, 'i-0demo', issuer) : textAnswer('', 404)
}

function credentialsAnswer({ accounts: [account] }: Fleet, name: string, issuer: SessionIssuer): WireAnswer {
  const path = `assumed-role/${account?.roleName}/${name}`
  const now = issuer.now()
  const session = issuer.issue({ account: account?.id ?? '', path, session: true }, now + 6 * 3_600_000)
  return textAnswer(
    JSON.stringify({
      Code: 'Success',
      Type: 'AWS-HMAC',
      LastUpdated: new Date(now).toISOString(),
      AccessKeyId: session.accessKeyId,
      SecretAccessKey: session.secretAccessKey,
      Token: session.token,
      Expiration: new Date(session.expires).toISOString(),
    }),
  )
}

const refusedAnswer = textAnswer('unauthorized', 401)

function textAnswer(body: string, status = 200): WireAnswer {
  return { status, type: 'text/plain', body }
}
