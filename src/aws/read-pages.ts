import * as ec2 from '@aws-sdk/client-ec2'
import { isObject } from '../json-object.ts'
import type { JsonObject, Kind, Page, Resource } from '../model.ts'
import { malformedError } from './faults.ts'
import { makeIdleCheck } from './idle-pages.ts'
import { toPlain } from './plain.ts'
import { makeTokenTrail } from './token-trail.ts'

export interface PageOptions {
  /** Null for the most that the kind allows. */
  readonly pageSize: number | null
  readonly startingToken?: string
}

/** The pages of one kind, fetched one at a time. An answer without its list is an error, never an empty page. */
export async function* readPages(
  client: ec2.EC2Client,
  kind: Kind,
  options: PageOptions,
  signal: AbortSignal,
): AsyncGenerator<Page> {
  let token = options.startingToken ?? null
  const follow = makeTokenTrail(kind.operation)
  const checkIdle = makeIdleCheck(kind.operation)
  do {
    signal.throwIfAborted()
    follow(token)
    const answer = await send(client, kind, inputOf(kind, options.pageSize, token), signal)
    const nextToken = typeof answer.NextToken === 'string' && answer.NextToken ? answer.NextToken : null
    const page = { resources: resourcesOf(kind, answer), nextToken }
    checkIdle(page)
    yield page
    token = nextToken
  } while (token !== null)
}

type DescribeAnswer = Readonly<Record<string, unknown>>
type Send = (command: unknown, options: { abortSignal: AbortSignal }) => Promise<DescribeAnswer>
type CommandClass = new (input: JsonObject) => unknown

function send(
  client: ec2.EC2Client,
  kind: Kind,
  input: JsonObject,
  signal: AbortSignal,
): Promise<DescribeAnswer> {
  const commands = ec2 as unknown as Record<string, CommandClass | undefined>
  const Command = commands[`${kind.operation}Command`]
  if (!Command) throw new Error(`the SDK has no ${kind.operation}`)
  const sendAny = client.send.bind(client) as unknown as Send
  return sendAny(new Command(input), { abortSignal: signal })
}

function inputOf(kind: Kind, pageSize: number | null, token: string | null): JsonObject {
  const limits = kind.pageSize
  const size = limits && Math.min(limits.max, Math.max(limits.min, pageSize ?? limits.max))
  return {
    ...kind.input,
    ...(size === null ? {} : { MaxResults: size }),
    ...(token === null ? {} : { NextToken: token }),
  }
}

function resourcesOf(kind: Kind, answer: DescribeAnswer): readonly Resource[] {
  const outer = objectsIn(answer[kind.list], kind.operation, kind.list)
  const { nested } = kind
  if (!nested) return outer.map((body) => ({ id: textOf(body, kind.id, kind), group: null, body }))
  return outer.flatMap((holder) => {
    const { [nested.list]: inner, ...fields } = holder
    const group = { id: textOf(holder, nested.id, kind), fields }
    const bodies = objectsIn(inner, kind.operation, nested.list)
    return bodies.map((body) => ({ id: textOf(body, kind.id, kind), group, body }))
  })
}

function objectsIn(value: unknown, operation: string, list: string): readonly JsonObject[] {
  if (!Array.isArray(value)) throw malformedError(`The answer to ${operation} holds no ${list}.`)
  return value.map((item: unknown) => {
    const plain = toPlain(item)
    if (isObject(plain)) return plain
    throw malformedError(`The answer to ${operation} holds an item in ${list} that is not an object.`)
  })
}

function textOf(body: JsonObject, member: string, kind: Kind): string {
  const id = body[member]
  if (typeof id === 'string' && id) return id
  throw malformedError(`The answer to ${kind.operation} holds an item without ${member}.`)
}
