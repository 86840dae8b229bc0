/** Random documents for the property tests: the same seed gives the same fleet. */

import type { Json, JsonObject } from '../../src/model.ts'

export type Random = () => number

/** A small generator (mulberry32), so that a failing case can be run again. */
export function random(seed: number): Random {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
  }
}

export function below(next: Random, limit: number): number {
  return Math.floor(next() * limit)
}

export function pick<T>(next: Random, choices: readonly [T, ...T[]]): T {
  return choices[below(next, choices.length)] ?? choices[0]
}

/** Reservations as describe-instances gives them, now and then with a field missing, null or of a wrong type. */
export function fleet(next: Random): readonly Json[] {
  return Array.from({ length: below(next, 8) }, () => reservation(next))
}

function reservation(next: Random): Json {
  const instances = Array.from({ length: below(next, 4) }, () => instance(next))
  if (next() < 0.03) return pick<Json>(next, [null, 'odd', 7, [], {}])
  return {
    ReservationId: `r-${below(next, 1000)}`,
    OwnerId: pick(next, ['111122223333', '444455556666']),
    Instances: instances,
  }
}

function instance(next: Random): JsonObject {
  const made: Record<string, Json> = {
    InstanceId: `i-${below(next, 100000)}`,
    InstanceType: pick(next, ['t3.micro', 'm5.large', 'c7g.xlarge']),
    LaunchTime: `20${below(next, 10) + 15}-01-0${below(next, 9) + 1}T00:00:00+00:00`,
    State: { Code: pick(next, [0, 16, 80]), Name: pick(next, ['pending', 'running', 'stopped']) },
    CpuOptions: { CoreCount: below(next, 8), ThreadsPerCore: 2 },
    EbsOptimized: next() < 0.5,
  }
  if (next() < 0.7) made.Tags = tags(next)
  if (next() < 0.4) made.PublicIpAddress = pick<Json>(next, ['10.0.0.1', null, '', 3])
  return made
}

function tags(next: Random): Json {
  const keys = ['Name', 'Env', 'Cost Center', '😀'].filter(() => next() < 0.5)
  return keys.map((Key) => ({ Key, Value: pick(next, ['web', 'prod', '', 'ünïcode', '12']) }))
}
