// The engine beside the two JMESPath packages of npm, over documents in memory: reads reservations as NDJSON from
// standard input, prints a row for each query. The three take turns, so that whatever else the machine does strikes
// all of them; what is told is medians of BENCH_RUNS (default 7) and their ratio within this run.
import { createInterface } from 'node:readline'
import { search as community } from '@jmespath-community/jmespath'
import { search as stock } from 'jmespath'
import { compile } from '../../src/jmespath/compile.ts'
import type { Json } from '../../src/model.ts'

const queries: readonly (readonly [what: string, expression: string])[] = [
  ['all ids', 'Reservations[].Instances[].InstanceId'],
  [
    'running → id, type, Name tag',
    "Reservations[].Instances[?State.Name=='running'].[InstanceId,InstanceType,Tags[?Key=='Name'].Value|[0]]",
  ],
  [
    'state and tag',
    "Reservations[].Instances[?State.Name=='running' && Tags[?Key=='Environment' && Value=='prod']][].InstanceId",
  ],
  ['sort_by and project', 'sort_by(Reservations[].Instances[], &LaunchTime)[].[InstanceId,LaunchTime]'],
  ['id, state, Name tag', "Reservations[].Instances[].[InstanceId,State.Name,Tags[?Key=='Name'].Value|[0]]"],
  ['running, in backticks', 'Reservations[].Instances[?State.Name==`running`].[InstanceId,PrivateIpAddress]'],
  ['the first running', 'Reservations[].Instances[?State.Name==`running`].InstanceId | [0]'],
  ['launched since', "Reservations[].Instances[?LaunchTime>='2026-06-01'][].{Id:InstanceId,At:LaunchTime}"],
  ['by address', "Reservations[].Instances[?starts_with(PrivateDnsName,'ip-10-1-')][].InstanceId"],
  ['count', 'length(Reservations[].Instances[])'],
  ['cores', 'sum(Reservations[].Instances[].CpuOptions.CoreCount)'],
  [
    'the last launched',
    'max_by(Reservations[].Instances[].{Id:InstanceId,Cores:CpuOptions.CoreCount}, &Cores).Id',
  ],
]
const runs = Number(process.env.BENCH_RUNS ?? 7)

const rows: Json[] = []
for await (const line of createInterface({ input: process.stdin })) rows.push(JSON.parse(line) as Json)
const document = { Reservations: rows }

console.log(
  'query'.padEnd(32),
  'muster'.padStart(10),
  'jmespath'.padStart(10),
  'community'.padStart(10),
  'times'.padStart(7),
  'times'.padStart(7),
)
const times: number[] = []
for (const [what, expression] of queries) {
  const compiled = compile(expression)
  const [ours = 0, theirs = 0, others = 0] = medians([
    () => compiled.search(document),
    () => stock(document, expression),
    () => community(document as never, expression, { enable_legacy_literals: true }),
  ])
  times.push(theirs / ours)
  const ms = (time: number) => `${time.toFixed(1)} ms`.padStart(10)
  console.log(
    what.padEnd(32),
    ms(ours),
    ms(theirs),
    ms(others),
    (theirs / ours).toFixed(2).padStart(7),
    (others / ours).toFixed(2).padStart(7),
  )
}
times.sort((a, b) => a - b)
console.log('median', times[times.length >> 1], 'least', times[0])

function medians(contenders: readonly (() => unknown)[]): number[] {
  const told = contenders.map((): number[] => [])
  for (let run = 0; run < runs; run += 1) {
    for (const [index, contender] of contenders.entries()) {
      globalThis.gc?.({ type: 'minor' } as never)
      const start = performance.now()
      contender()
      told[index]?.push(performance.now() - start)
    }
  }
  return told.map((each) => each.toSorted((a, b) => a - b)[runs >> 1] ?? 0)
}
