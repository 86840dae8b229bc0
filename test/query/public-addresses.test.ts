import Sqlite from 'better-sqlite3'
import { expect, test } from 'vitest'
import { compile } from '../../src/jmespath/compile.ts'
import { findKind } from '../../src/kinds.ts'
import type { Json, JsonObject, Resource, View } from '../../src/model.ts'
import { answerView } from '../../src/query/answer.ts'
import { explainView } from '../../src/query/plan/explain.ts'
import { findQuery } from '../../src/query/saved.ts'
import { planRows } from '../../src/sync/row-maker.ts'
import { pickFrom, random } from '../helpers/random.ts'
import { temporaryFolder } from '../helpers/temporary.ts'
import { fillScopes } from './planned-fleet.ts'

const shipped = new URL('../../queries', import.meta.url).pathname
const { expression = '' } = findQuery('public-ips', { shipped, own: temporaryFolder() }) ?? {}

/** What the query asked before a column had the addresses. */
const plainQuery = `Reservations[].Instances[?State.Name!='terminated' && (
  PublicIpAddress || NetworkInterfaces[].PrivateIpAddresses[].Association.PublicIp || NetworkInterfaces[].Ipv6Addresses[])][].{
  PublicIpAddress: PublicIpAddress || (NetworkInterfaces[].PrivateIpAddresses[].Association.PublicIp | [0]),
  AllAddresses: join(' ', [not_null(NetworkInterfaces[].PrivateIpAddresses[].Association.PublicIp, \`[]\`), not_null(NetworkInterfaces[].Ipv6Addresses[].Ipv6Address, \`[]\`)][]),
  Name: Tags[?Key=='Name'].Value | [0], InstanceId: InstanceId, State: State.Name, AccountName: AccountName, Region: Region }`

test('public-ips lists the instances with an address of any interface, as the documents say, and reads the documents of no others', () => {
  const chance = random(17)
  for (let round = 0; round < 60; round += 1) {
    const resources = Array.from({ length: 12 }, (_, n) => makeInstance(chance, n))
    const { store, lines, view, document } = fillScopes([
      { profile: 'prod', account: '111122223333', region: 'eu-west-1', resources },
    ])
    const wanted = compile(plainQuery).search(document) as readonly Json[]
    const question: View = { ...view, expression }
    const answer = answerView(question, store, lines, null)
    expect(answer.type === 'list' && [...answer.items]).toEqual(wanted)
    const [read] = explainView(question, store, lines, 'printed').kinds
    expect(read).toMatchObject({ visited: wanted.length, members: ['NetworkInterfaces'] })
  }
})

test('the columns of an instance are those of its whole document, though members of lists are read alone', () => {
  const chance = random(18)
  const jsonb = new Sqlite(':memory:').prepare('SELECT jsonb(?)').pluck()
  const { evaluate, evaluateDocument } = planRows(findKind('instances'))
  for (let round = 0; round < 500; round += 1) {
    const { body } = makeInstance(chance, round)
    expect(evaluateDocument(jsonb.get(JSON.stringify(body)) as Buffer)).toEqual(evaluate(body))
  }
})

/** An instance with any of its addresses, or without one: of no interface, of the first or of a further one. */
function makeInstance(chance: () => number, n: number): Resource {
  const maybe = (members: JsonObject): JsonObject => (chance() < 0.5 ? members : {})
  const makeInterface = (): JsonObject => ({
    ...maybe({ Association: { PublicIp: address() } }),
    Description: 'PublicIp',
    Groups: [{ GroupId: 'sg-1', GroupName: 'web' }],
    ...maybe({ Ipv6Addresses: chance() < 0.5 ? [] : [{ Ipv6Address: `2001:db8::${n}` }] }),
    ...maybe({
      PrivateIpAddresses: Array.from({ length: Math.floor(3 * chance()) }, () => ({
        ...maybe({ Association: chance() < 0.3 ? { IpOwnerId: 'amazon' } : { PublicIp: address() } }),
        PrivateIpAddress: '10.0.0.1',
      })),
    }),
    Status: 'in-use',
  })
  const address = () => `198.51.100.${Math.floor(250 * chance())}`
  const interfaces = Array.from({ length: Math.floor(3 * chance()) }, makeInterface)
  const id = `i-${n}`
  return {
    id,
    group: { id: `r-${n >> 1}`, fields: { ReservationId: `r-${n >> 1}` } },
    body: {
      InstanceId: id,
      ...maybe({ PublicIpAddress: address() }),
      ...(chance() < 0.8 ? { NetworkInterfaces: interfaces } : {}),
      SecurityGroups: [{ GroupId: 'sg-1', GroupName: 'web' }],
      ...maybe({ State: { Code: 16, Name: pickFrom(['running', 'stopped', 'terminated'], chance) } }),
      ...maybe({ Tags: [{ Key: 'Name', Value: `web-${n}` }] }),
    },
  }
}
