import { answerDescribe } from './describe/describe-call.ts'
import { simulatedKinds } from './ec2-kinds.ts'
import type { Cell, Fleet } from './fleet.ts'
import { AwsRefusal, callerArn, type DemoRequest, type WireAnswer, xmlAnswer } from './http-answer.ts'

/** EC2's answer to a request (Query API of 2016-11-15). Throws AwsRefusal. */
export async function answerEc2(fleet: Fleet, request: DemoRequest): Promise<WireAnswer> {
  const region = fleet.regions.find(({ name }) => name === request.region)
  const cell = fleet.findCell(request.caller.account, request.region)
  if (!cell || region?.optIn === 'not-opted-in') throw authFailureRefusal()
  const kind = await findKind(cell, request)
  if (!kind) {
    const message = `The action ${request.operation} is not valid for this web service.`
    throw new AwsRefusal(400, 'InvalidAction', message)
  }
  if (cell.account.denied && !kind.allowedToAll) throw unauthorizedRefusal(request)
  const name = `${request.operation}Response`
  const head = `<requestId>${request.requestId}</requestId>`
  const body = kind.answer()
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

interface AnsweringKind {
  readonly allowedToAll: boolean
  /** What is inside of the answer. Throws AwsRefusal. */
  readonly answer: () => string
}

/** Kinds with a file first. The SDK, whose schemas make all others, is loaded for the first request that needs it. */
async function findKind(cell: Cell, request: DemoRequest): Promise<AnsweringKind | null> {
  const kind = simulatedKinds.find(({ operation }) => operation === request.operation)
  if (kind) {
    return {
      allowedToAll: kind.allowedToAll === true,
      answer: () => answerDescribe(kind, cell, request),
    }
  }
  if (!request.operation.startsWith('Describe')) return null
  const { derivedKinds } = await import('./derived/derived-kinds.ts')
  const derive = derivedKinds.get(request.operation)
  if (!derive) return null
  return { allowedToAll: false, answer: () => answerDescribe(derive(cell, request.params), cell, request) }
}
