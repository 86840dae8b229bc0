// muster's engine beside the two JMESPath packages of npm, over documents in memory: reads reservations as NDJSON from
// standard input and prints a row for each query. The three take turns on one document, so that whatever else the
// machine does strikes them all; the figures are medians of BENCH_ENGINE_RUNS (default 9) and ratios of these within the
// run. A `*` stands where a package gives another answer. Ends with 1 if muster is not twice as fast as the stock
// package on the median query, or slower than it on any.
import { createInterface } from 'node:readline'
import { isDeepStrictEqual } from 'node:util'
import { search as community } from '@jmespath-community/jmespath'
import { search as stock } from 'jmespath'
import { compile } from '../../src/jmespath/compile.ts'
import type { Json } from '../../src/model.ts'

const queries: readonly (readonly [what: string, expression: string])[] = [
  ['all ids', 'Reservations[].Instances[].InstanceId'],
  [
    'running: id, type, Name tag',
    "Reservations[].Instances[?State.Name=='running'].[InstanceId,InstanceType,Tags[?Key=='Name'].Value|[0]]",
  ],
  [
    'state and tag',
    "Reservations[].Instances[?State.Name=='running' && Tags[?Key=='Environment' && Value=='prod']][].InstanceId",
  ],
  ['sort_by and project', 'sort_by(Reservations[].Instances[], &LaunchTime)[].[InstanceId,LaunchTime]'],
  ['id, state, Name tag', "Reservations[].Instances[].[InstanceId,State.Name,Tags[?Key=='Name'].Value|[0]]"],
  ['running: id, address', 'Reservations[].Instances[?State.Name==`running`].[InstanceId,PrivateIpAddress]'],
  ['the first running', 'Reservations[].Instances[?State.Name==`running`].InstanceId | [0]'],
  ['launched since', "Reservations[].Instances[?LaunchTime>='2026-06-01'][].{Id:InstanceId,At:LaunchTime}"],
  [
    'by the start of a name',
    "Reservations[].Instances[?starts_with(PrivateDnsName,'ip-10-1-')][].InstanceId",
  ],
  ['how many', 'length(Reservations[].Instances[])'],
  ['cores in all', 'sum(Reservations[].Instances[].CpuOptions.CoreCount)'],
  ['volumes of all', 'Reservations[].Instances[].BlockDeviceMappings[].Ebs.VolumeId'],
  ['the most cores', 'max_by(Reservations[].Instances[], &CpuOptions.CoreCount).InstanceId'],
]
const runs = Number(process.env.BENCH_ENGINE_RUNS ?? 9)

const reservations: Json[] = []
for await (const line of createInterface({ input: process.stdin }))
  reservations.push(JSON.parse(line) as Json)
const document = { Reservations: reservations }

print('expression', ['muster', 'jmespath', 'times', 'community', 'times'])
const ratios = queries
  .map(([what, expression]) => {
    const compiled = compile(expression)
    const contenders = [
      () => compiled.search(document),
      () => stock(document, expression) as Json,
      () => community(document as never, expression, { enable_legacy_literals: true }) as Json,
    ] as const
    const [ours, ...theirs] = contenders.map((contender) => contender())
    const [mine = 0, ...times] = medians(contenders)
    const cells = times.flatMap((time, index) => [
      `${time.toFixed(1)} ms${isDeepStrictEqual(ours, theirs[index]) ? ' ' : '*'}`,
      (time / mine).toFixed(2),
    ])
    print(what, [`${mine.toFixed(1)} ms`, ...cells])
    return (times[0] ?? 0) / mine
  })
  .sort((a, b) => a - b)
const [least = 0, middle = 0] = [ratios[0], ratios[ratios.length >> 1]]
console.log(
  `beside jmespath: ${middle.toFixed(2)} times on the median query, ${least.toFixed(2)} on the least`,
)
if (middle < 2 || least < 1) process.exitCode = 1

function medians(contenders: readonly (() => Json)[]): number[] {
  const samples = contenders.map((): number[] => [])
  for (let run = 0; run < runs; run += 1) {
    for (const [index, contender] of contenders.entries()) {
      // What another one left behind is not for this one to sweep up.
      globalThis.gc?.({ type: 'minor' } as never)
      const start = performance.now()
      contender()
      samples[index]?.push(performance.now() - start)
    }
  }
  return samples.map((times) => times.toSorted((a, b) => a - b)[runs >> 1] ?? 0)
}

function print(what: string, cells: readonly string[]): void {
  console.log(what.padEnd(28), ...cells.map((cell) => cell.padStart(11)))
}
