import type { EC2Client } from '@aws-sdk/client-ec2'
import type { DebugLog } from '../io.ts'
import type { ResourceDocument } from '../pages.ts'
import { planAnswer } from './answer-schema.ts'
import { type BodyPieces, makeBodyPieces } from './body-pieces.ts'
import { type BadValue, readAnswer } from './read-answer.ts'
import { type KnownAnswer, type KnownReading, readKnownAnswer } from './read-known-answer.ts'

/**
 * Has a client's answers read by muster, as they are stored: signing, retries, endpoints and refusals stay the SDK's.
 * An answer whose schema has a form that muster does not know is read by the SDK.
 */
export function readOwnAnswers(client: EC2Client, debug?: DebugLog): void {
  const config = client.config as unknown as { protocol: Protocol }
  const sdk = config.protocol
  const deserializeResponse: Deserialize = async (operation, context, response) => {
    if (response.statusCode >= 300) return sdk.deserializeResponse(operation, context, response)
    const plan = planAnswer(resolve(operation.output))
    if (typeof plan === 'string') {
      debug?.write('call', `the SDK reads the answer to ${operation.name}: its schema has ${plan}`)
      return sdk.deserializeResponse(operation, context, response)
    }
    const body = response.pieces ?? makeBodyPieces(await collect(response.body))
    // Without a body the SDK gives what it knows of the call: `$metadata`.
    response.body = new Uint8Array()
    const known = await sdk.deserializeResponse(operation, context, response)
    const { answer, ...read }: KnownAnswer = response.reading
      ? await readKnownAnswer(plan, body, response.reading)
      : readAnswer(plan, body.whole())
    Object.assign(known, answer)
    notes.set(known, read)
    return known
  }
  config.protocol = Object.assign(Object.create(sdk) as Protocol, { deserializeResponse })
}

/** The bad values of an answer; null for one that the SDK has read, which is not in the form that is stored. */
export function badValuesOf(answer: object): readonly BadValue[] | null {
  return notes.get(answer)?.bad ?? null
}

/** What is known of an answer's items: nothing if it was read as a whole. */
export function knownOf(answer: object): Pick<KnownAnswer, 'items' | 'mac' | 'same'> {
  return notes.get(answer) ?? {}
}

/** The items of an answer that were read as documents, and are not in it; null if they are. */
export function textsOf(answer: object): readonly ResourceDocument[] | null {
  return notes.get(answer)?.texts ?? null
}

/** A client gives nothing but the answer itself. */
const notes = new WeakMap<object, Omit<KnownAnswer, 'answer'>>()

/** What is used of the SDK's `ClientProtocol` (@smithy/types). */
interface Protocol {
  readonly deserializeResponse: Deserialize
}

type Deserialize = (operation: Operation, context: unknown, response: Response) => Promise<object>

interface Operation {
  readonly name: string
  readonly output: unknown
}

interface Response {
  readonly statusCode: number
  body: AsyncIterable<Uint8Array> | Uint8Array
  /** The same body, if the connection has read it. */
  readonly pieces?: BodyPieces
  /** What the caller knows of the answer. */
  readonly reading?: KnownReading
}

function resolve(schema: unknown): unknown {
  return typeof schema === 'function' ? (schema as () => unknown)() : schema
}

async function collect(body: Response['body']): Promise<readonly Buffer[]> {
  if (body instanceof Uint8Array) return [Buffer.from(body)]
  const chunks: Buffer[] = []
  for await (const chunk of body) chunks.push(Buffer.from(chunk))
  return chunks
}
