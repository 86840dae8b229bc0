import { AwsRefusal, type DemoRequest } from '../http-answer.ts'

/**
 * A token for the page that begins with the nth resource. It is valid for its account, region and operation, whatever
 * the size of the page; the rules of the endpoint may bind it closer, as EC2's documentation leaves it open.
 */
export function tokenFor(request: DemoRequest, n: number): string {
  const { uneven, tokens } = request
  // An empty page leads to the same thing again, by another token.
  const parts = [...placeOf(request), n, uneven, tokens.secret ?? null, tokens.now(), bindingOf(request)]
  const used = tokens.isPlain ? parts.slice(0, uneven === null ? 4 : 5) : parts
  return Buffer.from(JSON.stringify(used).padEnd(72)).toString('base64url')
}

/** Where the page of a request begins: 0 without a token. Throws AwsRefusal. */
export function startOf(request: DemoRequest): number {
  const token = request.params.get('NextToken')
  if (!token) return 0
  const { tokens } = request
  const [account, region, operation, n, , secret = null, issued, binding] = partsOf(token)
  const isOwn = placeOf(request).every((part, index) => part === [account, region, operation][index])
  if (!isOwn || typeof n !== 'number' || secret !== (tokens.secret ?? null)) throw foreignToken()
  if (tokens.isPlain) return n
  if (binding !== bindingOf(request)) throw foreignToken()
  if (typeof issued !== 'number' || tokens.now() - issued > (tokens.life ?? Infinity)) throw expiredToken()
  return n
}

function partsOf(token: string): readonly unknown[] {
  try {
    const parts: unknown = JSON.parse(Buffer.from(token, 'base64url').toString())
    return Array.isArray(parts) ? parts : []
  } catch {
    // Not one of ours: refused, as AWS refuses a token that it did not give.
    return []
  }
}

function placeOf({ caller, region, operation }: DemoRequest): readonly string[] {
  return [caller.account, region, operation]
}

/** What a strict token is good for besides: the key that signed, and every parameter. */
function bindingOf({ tokens, key, params }: DemoRequest): string {
  if (!tokens.strict) return ''
  const others = [...params].filter(([name]) => name !== 'NextToken')
  return JSON.stringify([key, others.toSorted(([a], [b]) => (a < b ? -1 : 1))])
}

function foreignToken(): AwsRefusal {
  return new AwsRefusal(400, 'InvalidNextToken', 'The specified NextToken is not valid.')
}

function expiredToken(): AwsRefusal {
  const message = 'The specified pagination token is not valid or is expired.'
  return new AwsRefusal(400, 'InvalidPaginationToken', message)
}
