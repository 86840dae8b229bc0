import { spawn } from 'node:child_process'
import { text } from 'node:stream/consumers'
import * as ec2 from '@aws-sdk/client-ec2'
import { planAnswer, type StructurePlan } from '../../src/aws/answer-schema.ts'
import { readBytes, storedForm, type ValueForm } from '../../src/aws/answer-values.ts'
import type { JsonObject } from '../../src/model.ts'
import { botocoreAnswers } from '../helpers/botocore-answers.ts'

/** The schema of an operation's answer, as client-ec2 exports it. */
export function outputSchema(operation: string): unknown {
  const schema = (ec2 as unknown as Record<string, readonly unknown[]>)[`${operation}$`]
  if (!schema) throw new Error(`the SDK has no ${operation}`)
  return schema[5]
}

export function planFor(operation: string): StructurePlan {
  const plan = planAnswer(outputSchema(operation))
  if (typeof plan === 'string') throw new Error(`${operation}: ${plan}`)
  return plan
}

/** Values as the SDK gives them. */
export const sdkForm: ValueForm = {
  time: (time) => (storedForm.time(time) === undefined ? undefined : new Date(time)),
  blob: (bytes) => {
    const read = readBytes(bytes)
    return read && new Uint8Array(read)
  },
}

interface SdkDeserializer {
  readonly read: (schema: unknown, body: Uint8Array) => Promise<unknown> | unknown
}

const client = new ec2.EC2Client({ region: 'us-east-1' })
const { deserializer } = (client.config as unknown as { protocol: { deserializer: SdkDeserializer } })
  .protocol

/** What the SDK's own deserialiser makes of the body of an answer. */
export async function readWithSdk(operation: string, body: Uint8Array): Promise<JsonObject> {
  return (await deserializer.read(outputSchema(operation), body)) as JsonObject
}

export interface BotocoreReading {
  /** Null if botocore refuses the document. */
  readonly answer: JsonObject | null
  /** The members that its model of the answer has, each by its path. */
  readonly known: readonly string[]
}

export type Document = readonly [operation: string, body: string]

/** What botocore reads from documents, in one process; null for an operation that it does not know. */
export async function readWithBotocore(
  documents: readonly Document[],
): Promise<readonly (BotocoreReading | null)[]> {
  const python = spawn('python3', ['-c', program], { stdio: ['pipe', 'pipe', 'inherit'] })
  python.stdin.end(JSON.stringify(documents))
  return JSON.parse(await text(python.stdout)) as readonly (BotocoreReading | null)[]
}

const program = `${botocoreAnswers(4)}
import botocore.loaders, botocore.model, botocore.parsers

loaded = botocore.loaders.create_loader().load_service_model('ec2', 'service-2')
model = botocore.model.ServiceModel(loaded)
parser = botocore.parsers.create_parser('ec2')
readings = []
cache = {}
for operation, body in json.load(sys.stdin):
    if operation not in loaded['operations']:
        readings.append(None)
        continue
    shape = model.operation_model(operation).output_shape
    if operation not in cache:
        cache[operation] = list(paths(shape, [], []))
    try:
        answer = parser.parse({'body': body.encode(), 'headers': {}, 'status_code': 200}, shape)
        answer.pop('ResponseMetadata', None)
    except Exception:
        answer = None
    readings.append({'answer': answer, 'known': cache[operation]})
json.dump(readings, sys.stdout, default=plain)
`
