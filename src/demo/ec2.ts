import { answerDescribe } from './describe/describe-call.ts'
import { simulatedKinds } from './ec2-kinds.ts'
import type { Fleet } from './fleet.ts'
import { AwsRefusal, callerArn, type DemoRequest, type WireAnswer, xmlAnswer } from './http-answer.ts'

/** EC2's answer to a request (Query API of 2016-11-15). Throws AwsRefusal. */
export function answerEc2(fleet: Fleet, request: DemoRequest): WireAnswer {
  const region = fleet.regions.find(({ name }) => name === request.region)
  const cell = fleet.findCell(request.caller.account, request.region)
  if (!cell || region?.optIn === 'not-opted-in') throw authFailureRefusal()
  const kind = simulatedKinds.find(({ operation }) => operation === request.operation)
  if (!kind) {
    const message = `The action ${request.operation} is not valid for this web service.`
    throw new AwsRefusal(400, 'InvalidAction', message)
  }
  if (cell.account.denied && !kind.allowedToAll) throw unauthorizedRefusal(request)
  const name = `${request.operation}Response`
  const head = `<requestId>${request.requestId}</requestId>`
  const body = answerDescribe(kind, cell, request)
  return xmlAnswer(
    `<?xml version="1.0" encoding="UTF-8"?>\n<${name} xmlns="http://ec2.amazonaws.com/doc/2016-11-15/">${head}${body}</${name}>`,
  )
}

/** What EC2 says to unknown keys, and in a region that is not enabled: the same. */
export function authFailureRefusal(): AwsRefusal {
  return new AwsRefusal(401, 'AuthFailure', 'AWS was not able to validate the provided access credentials')
}

/** What EC2 says when no policy of the account allows the call. */
export function unauthorizedRefusal({ caller, operation }: DemoRequest): AwsRefusal {
  return new AwsRefusal(
    403,
    'UnauthorizedOperation',
    `You are not authorized to perform this operation. User: ${callerArn(caller)} is not authorized to perform: ec2:${operation} because no identity-based policy allows the ec2:${operation} action`,
  )
}
