import { spawn, spawnSync } from 'node:child_process'
import { text } from 'node:stream/consumers'
import type { Endpoint } from '../../src/demo/server.ts'
import type { Json, JsonObject } from '../../src/model.ts'
import { botocoreAnswers } from '../helpers/botocore-answers.ts'
import { accountAt } from './sdk.ts'

/** One call: an operation and its input as botocore takes it. */
export interface BotocoreCall {
  readonly operation: string
  readonly input: JsonObject
}

export interface BotocoreAnswer {
  readonly answer: JsonObject
  /** The members that its model of the answer has, each by its path: `Reservations.Instances`. */
  readonly known: readonly string[]
  /** What its model says of MaxResults. */
  readonly limits: { readonly min?: number; readonly max?: number }
}

/** Whether python3 on the PATH has botocore, the library of the AWS CLI v1. */
export const hasBotocore = spawnSync('python3', ['-c', 'import botocore']).status === 0

/**
 * What botocore reads from the endpoint's answers, in one process for all calls. Times are ms since 1970, bytes base64;
 * null for an operation that this botocore does not know.
 */
export async function askBotocore(
  endpoint: Endpoint,
  calls: readonly BotocoreCall[],
): Promise<readonly (BotocoreAnswer | null)[]> {
  const { accessKeyId, secretAccessKey } = accountAt(endpoint, 0)
  const python = spawn('python3', ['-c', program], {
    env: {
      ...process.env,
      AWS_ACCESS_KEY_ID: accessKeyId,
      AWS_SECRET_ACCESS_KEY: secretAccessKey,
      AWS_ENDPOINT_URL: endpoint.url,
      AWS_CONFIG_FILE: '/dev/null',
      AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
      AWS_MAX_ATTEMPTS: '1',
    },
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  python.stdin.end(JSON.stringify(calls))
  return JSON.parse(await text(python.stdout)) as readonly (BotocoreAnswer | null)[]
}

/** What the SDK gives, written in the same way, without the members that botocore's model does not have. */
export function writePlain(value: unknown, known: ReadonlySet<string>, path: readonly string[] = []): Json {
  if (value instanceof Date) return value.getTime()
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64')
  if (Array.isArray(value)) return value.map((each) => writePlain(each, known, path))
  if (typeof value !== 'object' || value === null) return value as Json
  const members = Object.entries(value).flatMap(([name, member]) => {
    const inside = [...path, name]
    return known.has(inside.join('.')) ? [[name, writePlain(member, known, inside)] as const] : []
  })
  return Object.fromEntries(members)
}

const program = `${botocoreAnswers(1)}
import botocore, botocore.session

client = botocore.session.get_session().create_client('ec2', region_name='us-east-1')
answers = []
for call in json.load(sys.stdin):
    method = getattr(client, botocore.xform_name(call['operation']), None)
    if not method:
        answers.append(None)
        continue
    answer = method(**call['input'])
    del answer['ResponseMetadata']
    model = client.meta.service_model.operation_model(call['operation'])
    size = model.input_shape.members.get('MaxResults')
    known = list(paths(model.output_shape, [], []))
    answers.append({'answer': answer, 'known': known, 'limits': size.metadata if size else {}})
json.dump(answers, sys.stdout, default=plain)
`
