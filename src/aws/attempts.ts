import type { Bucket } from './call-limiter.ts'
import type { CallEnd, CallPlace, Circuits } from './circuits.ts'

/** Resolves when an attempt at an operation may be sent. */
export type BeforeAttempt = (operation: string, bucket: Bucket, signal: AbortSignal) => Promise<void>

/**
 * Has every attempt at a call wait for its turn, those that are made again too, before it is signed: a signature is
 * good for five minutes.
 */
export function holdAttempts(client: Client, beforeAttempt: BeforeAttempt): void {
  const stack = client.middlewareStack as Stack
  stack.addRelativeTo(
    (next, { commandName = '', __smithy_context: call }) =>
      async (args) => {
        const signal = call?.abortSignal ?? new AbortController().signal
        await beforeAttempt(commandName.replace(/Command$/, ''), bucketOf(args.input), signal)
        return next(args)
      },
    { name: 'musterTurn', relation: 'before', toMiddleware: 'httpSigningMiddleware' },
  )
}

/** The circuits that a client's calls go through, and whose calls they are. */
export interface CircuitUse {
  readonly circuits: Circuits
  readonly getOwner: () => string
}

/**
 * Has calls fail at once whose address is broken off, and notes how all others end. What the network says is heard
 * behind the signature: credentials come from elsewhere, and may meet faults of their own.
 */
export function guardCalls(client: Client, region: string, { circuits, getOwner }: CircuitUse): void {
  const stack = client.middlewareStack as Stack
  const ends = new WeakMap<CallContext, { readonly end: CallEnd; readonly code: string }>()
  stack.addRelativeTo(
    (next, context) => async (args) => {
      const place = { ...placeOf(args.request), region, owner: getOwner() }
      circuits.check(place)
      try {
        return await next(args)
      } finally {
        const known = ends.get(context)
        if (known) circuits.note(place, known.end, known.code)
      }
    },
    { name: 'musterCircuit', relation: 'before', toMiddleware: 'retryMiddleware' },
  )
  stack.addRelativeTo(
    (next, context) => async (args) => {
      try {
        const answer = await next(args)
        ends.set(context, { end: 'answered', code: '' })
        return answer
      } catch (error) {
        const found = endOf(error)
        if (found) ends.set(context, found)
        else ends.delete(context)
        throw error
      }
    },
    { name: 'musterCallEnd', relation: 'after', toMiddleware: 'httpSigningMiddleware' },
  )
}

/** How an attempt ended; null where that says nothing about the address. */
function endOf(error: unknown): { readonly end: CallEnd; readonly code: string } | null {
  if (!(error instanceof Error)) return null
  const { code, syscall, $response } = error as {
    code?: string
    syscall?: string
    $response?: unknown
  }
  if ($response !== undefined) return { end: 'answered', code: '' }
  if (noWayCodes.test(code ?? '')) return { end: 'no way', code: code ?? '' }
  if (error.name !== 'TimeoutError') return null
  // The SDK's handler gives its own limit of an answer a code, and that of a connection none.
  const isConnecting = code === undefined || syscall === 'connect'
  return { end: isConnecting ? 'no way' : 'no answer', code: code ?? 'TimeoutError' }
}

const noWayCodes = /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|EHOSTDOWN|ENETDOWN)$/

function placeOf(request: unknown): Pick<CallPlace, 'host'> {
  const { hostname = '', port } = (request ?? {}) as { hostname?: string; port?: number }
  return { host: port === undefined ? hostname : `${hostname}:${port}` }
}

/** A client of the SDK. */
interface Client {
  readonly middlewareStack: unknown
}

/** What is used of the SDK's `MiddlewareStack` and of what it gives to a middleware (@smithy/types). */
interface Stack {
  readonly addRelativeTo: (
    middleware: (next: Handle, context: CallContext) => Handle,
    options: { name: string; relation: 'before' | 'after'; toMiddleware: string },
  ) => void
}

type Handle = (args: { readonly input: object; readonly request?: unknown }) => Promise<unknown>

interface CallContext {
  readonly commandName?: string
  readonly __smithy_context?: { readonly abortSignal?: AbortSignal }
}

function bucketOf(input: object): Bucket {
  return 'MaxResults' in input || 'Filters' in input ? 'paged' : 'whole'
}
