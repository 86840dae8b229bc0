import type { Bucket } from './call-limiter.ts'

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

type Handle = (args: { readonly input: object }) => Promise<unknown>

interface CallContext {
  readonly commandName?: string
  readonly __smithy_context?: { readonly abortSignal?: AbortSignal }
}

function bucketOf(input: object): Bucket {
  return 'MaxResults' in input || 'Filters' in input ? 'paged' : 'whole'
}
