import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readPages } from '../../src/aws/read-pages.ts'
import { type Endpoint, startEndpoint } from '../../src/demo/server.ts'
import { kinds } from '../../src/kinds.ts'
import type { Json, Kind } from '../../src/model.ts'
import { rowMaker } from '../../src/sync/row-maker.ts'
import { ec2 } from './sdk.ts'

/** Columns of the network's kinds for which the demo fleet has no value. */
const empty: Readonly<Record<string, readonly string[]>> = {
  subnets: ['Ipv6CidrBlock', 'AvailabilityZoneId'],
  'security-group-rules': ['Name'],
  'nat-gateways': ['FailureCode'],
  addresses: ['InstanceId'],
}

let endpoint: Endpoint
beforeAll(async () => {
  endpoint = await startEndpoint()
})
afterAll(() => endpoint.close())

describe.each(kinds.map((kind) => [kind.name, kind] as const))('on the demo fleet %s', (name, kind) => {
  test('have a meaning for every state, and a value in every column of the network’s kinds', async () => {
    const rows = await readRows(kind)
    const valuesOf = (column: string) => rows.map((row) => row[column] ?? null)
    if (kind.state) {
      const states = new Set(valuesOf(kind.state.column).map(String))
      expect(Object.keys(kind.state.meanings)).toEqual(expect.arrayContaining([...states]))
    }
    if (kind.area !== 'network') return
    const bare = kind.columns.filter((column) =>
      valuesOf(column.name).every((value) => value === null || value === ''),
    )
    expect(bare.map((column) => column.name)).toEqual(empty[name] ?? [])
  })
})

/** The columns of all resources of a kind, by name. */
async function readRows(kind: Kind): Promise<readonly Readonly<Record<string, Json>>[]> {
  const rows: Record<string, Json>[] = []
  const { accounts, regions } = endpoint.fleet
  const makeRow = rowMaker(kind)
  for (const account of accounts.filter(({ denied }) => !denied)) {
    for (const region of regions.filter(({ optIn }) => optIn !== 'not-opted-in')) {
      const client = ec2(endpoint, account, region.name)
      const pages = readPages(client, kind, { pageSize: null }, new AbortController().signal)
      for await (const { resources } of pages)
        for (const resource of resources) {
          const { values } = makeRow(resource)
          rows.push(Object.fromEntries(kind.columns.map(({ name }, index) => [name, values[index] ?? null])))
        }
    }
  }
  return rows
}
