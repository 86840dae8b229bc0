import { AwsRefusal, type DemoRequest } from './answer.ts'

export interface Window<T> {
  readonly items: readonly T[]
  readonly nextToken: string | null
}

/**
 * One page of those among `count` numbered things that pass. Without MaxResults it is all of them, as EC2
 * does it; `idName` is the list (`InstanceId`) that MaxResults cannot be combined with.
 */
export function pageOf<T>(
  request: DemoRequest,
  limits: { readonly max: number; readonly idName: string },
  count: number,
  at: (n: number) => T,
  passes: (item: T) => boolean,
): Window<T> {
  const size = pageSize(request.params, limits)
  const items: T[] = []
  for (let n = startOf(request); n < count; n++) {
    const item = at(n)
    if (!passes(item)) continue
    if (items.length === size) return { items, nextToken: tokenFor(request, n) }
    items.push(item)
  }
  return { items, nextToken: null }
}

function pageSize(
  params: URLSearchParams,
  limits: { readonly max: number; readonly idName: string },
): number {
  const text = params.get('MaxResults')
  if (text === null) return Number.POSITIVE_INFINITY
  if (params.has(`${limits.idName}.1`)) {
    const list = `${limits.idName[0]?.toLowerCase()}${limits.idName.slice(1)}sSet`
    const message = `The parameter ${list} cannot be used with the parameter maxResults`
    throw new AwsRefusal(400, 'InvalidParameterCombination', message)
  }
  const size = Number(text)
  if (Number.isInteger(size) && size >= 5 && size <= limits.max) return size
  const message = `Value ( ${text} ) for parameter maxResults is invalid. Expecting a value between 5 and ${limits.max}.`
  throw new AwsRefusal(400, 'InvalidParameterValue', message)
}

function tokenFor(request: DemoRequest, n: number): string {
  const { caller, region, operation } = request
  return Buffer.from(JSON.stringify([caller.account, region, operation, n]).padEnd(72)).toString('base64url')
}

function startOf(request: DemoRequest): number {
  const token = request.params.get('NextToken')
  if (!token) return 0
  try {
    const [account, region, operation, n] = JSON.parse(
      Buffer.from(token, 'base64url').toString(),
    ) as unknown[]
    const own =
      account === request.caller.account && region === request.region && operation === request.operation
    if (own && typeof n === 'number') return n
  } catch {
    // Not one of ours: refused below, as AWS refuses a token that it did not give.
  }
  throw new AwsRefusal(400, 'InvalidNextToken', 'The specified NextToken is not valid.')
}
