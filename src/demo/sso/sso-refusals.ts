import { AwsRefusal } from '../http-answer.ts'

/** What the SSO portal and SSO OIDC say when they refuse; null for faults of the wire. */
export function ssoRefusal(service: 'sso' | 'sso-oidc', fault: string): AwsRefusal | null {
  switch (fault) {
    case 'throttled':
      return service === 'sso'
        ? tooManyRequestsRefusal()
        : new AwsRefusal(400, 'SlowDownException', 'Slow down.')
    case 'denied':
      return service === 'sso'
        ? noAccessRefusal()
        : new AwsRefusal(400, 'AccessDeniedException', 'Access denied.')
    case 'auth-failure':
      return service === 'sso' ? invalidSessionRefusal() : invalidClientRefusal()
    case 'expired-token':
      return service === 'sso' ? invalidSessionRefusal() : invalidGrantRefusal()
    case 'not-found':
      return new AwsRefusal(404, 'ResourceNotFoundException', 'The requested resource does not exist.')
    case 'invalid-request':
      return new AwsRefusal(400, 'InvalidRequestException', 'The request is not valid.')
    case 'server-error':
      return service === 'sso'
        ? new AwsRefusal(500, 'InternalFailure', 'Internal failure.')
        : new AwsRefusal(500, 'InternalServerException', 'Internal server error.')
    default:
      return null
  }
}

/** More role credentials a second than an SSO instance gives. */
export function tooManyRequestsRefusal(): AwsRefusal {
  return new AwsRefusal(429, 'TooManyRequestsException', 'HTTP 429 Unknown Code')
}

/** An access token that is unknown, expired or signed out. */
export function invalidSessionRefusal(): AwsRefusal {
  return new AwsRefusal(401, 'UnauthorizedException', 'Session token not found or invalid')
}

/** A role that is not assigned to the user in the account. */
export function noAccessRefusal(): AwsRefusal {
  return new AwsRefusal(403, 'ForbiddenException', 'No access')
}

export function invalidClientRefusal(): AwsRefusal {
  return new AwsRefusal(401, 'InvalidClientException', 'Client is not valid.')
}

export function invalidGrantRefusal(): AwsRefusal {
  return new AwsRefusal(400, 'InvalidGrantException', 'Invalid grant provided')
}

export function invalidRequestRefusal(message: string): AwsRefusal {
  return new AwsRefusal(400, 'InvalidRequestException', message)
}
