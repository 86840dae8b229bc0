import * as sdk from '@aws-sdk/client-ec2'
import { type DerivedItem, derivedKinds } from '../../src/demo/derived/derived-kinds.ts'
import type { DescribeOperation } from '../../src/demo/derived/describe-operations.ts'
import { derivedOperations, findIdSource, requiredOf } from '../../src/demo/derived/item-ids.ts'
import type { Member, Shape } from '../../src/demo/derived/schema-shapes.ts'
import type { SimulatedKind } from '../../src/demo/describe/simulated-kind.ts'
import type { Cell } from '../../src/demo/fleet.ts'
import type { Endpoint } from '../../src/demo/server.ts'
import { accountAt, ec2 } from './sdk.ts'

export type Input = Readonly<Record<string, unknown>>
export type Answer = Readonly<Record<string, unknown>>

export const namedOperations = derivedOperations.map((each) => [each.operation, each] as const)

/** The account at that place of the fleet, in a region. */
export function cellAt(endpoint: Endpoint, account = 0, region = 'us-east-1'): Cell {
  const cell = endpoint.fleet.findCell(accountAt(endpoint, account).id, region)
  if (!cell) throw new Error(`no account ${account} in ${region}`)
  return cell
}

/** What EC2 requires to list the items of an operation: for a part of something, of the first that the cell has. */
export function inputFor(described: DescribeOperation, cell: Cell): Input {
  return Object.fromEntries(
    requiredOf(described).map(({ name, readShape }) => [
      name,
      name === 'MaxResults' ? 100 : valueFor(name, readShape(), cell),
    ]),
  )
}

function valueFor(name: string, shape: Shape, cell: Cell): unknown {
  if (shape.type === 'number') return 24
  if (shape.type === 'time') return new Date('2026-01-01T00:00:00Z')
  if (shape.type === 'list') return [valueFor(name.replace(/s$/, ''), shape.readEntry(), cell)]
  if (shape.type !== 'structure') return findIdSource(name)?.idAt(cell, 0) ?? 'anything'
  const required = shape.members.filter((member) => member.required)
  const members = required.length > 0 ? required : shape.members.slice(0, 1)
  return Object.fromEntries(
    members.map((member) => [member.name, valueFor(member.name, member.readShape(), cell)]),
  )
}

/** The kind that lists the items of a cell, as a request without filters sees it. */
export function kindOf(
  { operation, input }: DescribeOperation,
  cell: Cell,
  given: Input,
): SimulatedKind<DerivedItem> {
  const derive = derivedKinds.get(operation)
  if (!derive) throw new Error(`${operation} is not derived`)
  return derive(cell, paramsOf(input, given))
}

/** The items of a cell that the answer to a request holds. */
export function madeItems(described: DescribeOperation, cell: Cell, given: Input): readonly DerivedItem[] {
  const kind = kindOf(described, cell, given)
  const all = Array.from({ length: kind.countItems(cell) }, (_, n) => kind.itemAt(cell, n))
  return all.filter(kind.own?.makeTest(paramsOf(described.input, given), cell) ?? (() => true))
}

/** A request as it is sent, as far as what operations require goes. */
function paramsOf(members: readonly Member[], given: Input): URLSearchParams {
  const params = new URLSearchParams()
  for (const [name, value] of Object.entries(given)) {
    const parameter = members.find((each) => each.name === name)?.parameter ?? name
    const isInside = typeof value === 'object' && !(value instanceof Date)
    params.set(isInside ? `${parameter}.1` : parameter, String(value))
  }
  return params
}

/** One call by the SDK. */
export function ask(
  operation: string,
  input: Input,
  endpoint: Endpoint,
  account = 0,
  region = 'us-east-1',
): Promise<Answer> {
  const commands = sdk as unknown as Record<string, new (input: Input) => unknown>
  const Command = commands[`${operation}Command`]
  if (!Command) throw new Error(`the SDK has no ${operation}`)
  const client = ec2(endpoint, accountAt(endpoint, account), region)
  const send = client.send.bind(client) as unknown as (command: unknown) => Promise<Answer>
  return send(new Command(input))
}
