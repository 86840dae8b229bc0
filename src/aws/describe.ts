import * as ec2 from '@aws-sdk/client-ec2'
import type { JsonObject, Kind } from '../model.ts'
import { cleanText } from '../redact.ts'
import { FaultError } from './faults.ts'
import type { KnownReading } from './read-known-answer.ts'

/** An answer of the SDK, before it is looked at. */
export type DescribeAnswer = Readonly<Record<string, unknown>>

/** What a page of a kind is asked for with. */
export interface PageInput {
  /** MaxResults; null for the most that the kind allows. */
  readonly pageSize: number | null
  /** EC2's own NextToken; null for the first page. */
  readonly token: string | null
  /** The parent whose parts are asked for; empty for a kind without one. */
  readonly parent: JsonObject
  /** The rows that need not be read again; left out if all of the answer is to be read. */
  readonly reading?: KnownReading
}

/**
 * Asks EC2 for one page of a kind. A page size that AWS does not accept is corrected by AWS's own words, once in a run.
 * Throws a FaultError of class `not-covered` if AWS refuses the operation as muster sends it.
 */
export async function askForPage(
  client: ec2.EC2Client,
  kind: Kind,
  input: PageInput,
  signal: AbortSignal,
): Promise<DescribeAnswer> {
  const learnt = learntLimits(client)
  const size = sizeOf(input, learnt.get(kind.operation) ?? kind.pageSize)
  const ask = (maxResults: number | null) =>
    send(client, kind.operation, inputOf(kind, input, maxResults), {
      abortSignal: signal,
      ...readingIn(input),
    })
  try {
    return await ask(size)
  } catch (error) {
    const limits = size === null ? null : limitsIn(error, size)
    if (limits === null) throw notCoveredFault(kind, error) ?? error
    learnt.set(kind.operation, limits)
    return await ask(sizeOf(input, limits))
  }
}

interface SendOptions {
  readonly abortSignal: AbortSignal
  readonly reading?: KnownReading
}

type Send = (command: unknown, options: SendOptions) => Promise<DescribeAnswer>
type CommandClass = new (input: JsonObject) => unknown
type Limits = NonNullable<Kind['pageSize']>

function send(
  client: ec2.EC2Client,
  operation: string,
  input: JsonObject,
  options: SendOptions,
): Promise<DescribeAnswer> {
  const commands = ec2 as unknown as Record<string, CommandClass | undefined>
  const Command = commands[`${operation}Command`]
  if (!Command) throw new Error(`the SDK has no ${operation}`)
  const sendAny = client.send.bind(client) as unknown as Send
  return sendAny(new Command(input), options)
}

function readingIn({ reading }: PageInput): Pick<SendOptions, 'reading'> {
  return reading ? { reading } : {}
}

function inputOf(kind: Kind, { token, parent }: PageInput, size: number | null): JsonObject {
  return {
    ...kind.input,
    ...parent,
    ...(size === null ? {} : { MaxResults: size }),
    ...(token === null ? {} : { NextToken: token }),
  }
}

function sizeOf({ pageSize }: PageInput, limits: Kind['pageSize']): number | null {
  return limits && Math.min(limits.max, Math.max(limits.min, pageSize ?? limits.max))
}

/** What the run has learnt of MaxResults, by operation: all clients of a run share what makes its connections. */
function learntLimits({ config }: ec2.EC2Client): Map<string, Limits> {
  const known = learntByHandler.get(config.requestHandler) ?? new Map<string, Limits>()
  learntByHandler.set(config.requestHandler, known)
  return known
}

const learntByHandler = new WeakMap<object, Map<string, Limits>>()

/**
 * The limits that AWS names when it refuses a page size: `Value ( 1000 ) for parameter maxResults is invalid. Expecting a
 * value between 5 and 500.`, or with a largest value alone. Null for any other error, and for limits that would change
 * nothing.
 */
function limitsIn(error: unknown, size: number): Limits | null {
  if (!(error instanceof Error) || !/^Invalid|Validation/.test(error.name)) return null
  if (!/max-?results/i.test(error.message)) return null
  const [, low, high] = /between (\d+) and (\d+)/i.exec(error.message) ?? []
  const [, most] =
    /(?:less than or equal to|at most|maximum (?:value )?(?:is|of)) (\d+)/i.exec(error.message) ?? []
  const limits = { min: Number(low ?? 1), max: Number(high ?? most ?? 0) }
  const isUsable = limits.max >= 1 && limits.min <= limits.max
  return isUsable && (size < limits.min || size > limits.max) ? limits : null
}

/**
 * The fault of an operation that AWS refuses as the schema has it: it needs input of which the schema says nothing, or the
 * region does not have it. Null for any other error, and for a kind made by hand, which is known to work.
 */
function notCoveredFault(kind: Kind, error: unknown): FaultError | null {
  if (kind.made !== 'from the schema' || !(error instanceof Error)) return null
  const text = cleanText(error.message)
  const needsInput =
    error.name === 'MissingParameter' ||
    (error.name.startsWith('InvalidParameter') && /must (specify|provide|contain)|required/i.test(text))
  const isAbsent = /^(InvalidAction|UnsupportedOperation|OperationNotSupported|Unsupported)$/.test(error.name)
  if (!needsInput && !isAbsent) return null
  const reason = needsInput ? 'needs input that muster does not give' : 'is not offered here'
  return new FaultError(
    {
      class: 'not-covered',
      code: error.name,
      message: `${kind.name} is not covered: ${kind.operation} ${reason} (${text}).`,
      next: `Leave it out, with --kind '…,!${kind.name}'; \`muster kinds\` lists what is covered.`,
    },
    error,
  )
}
