import { spawnSync } from 'node:child_process'

/** What a process took: times in ms, memory in MB. */
export interface Taken {
  readonly ms: number
  readonly cpu: number
  readonly peak: number
}

/** One run of a program. Bash gives times in ms, and GNU time the peak of memory; both of what the process used. */
export function measure(words: readonly string[], env: Readonly<Record<string, string>>): Taken {
  const script = "TIMEFORMAT='times %3R %3U %3S'; time /usr/bin/time -f 'peak %M' \"$@\""
  const { status, stderr } = spawnSync('bash', ['-c', script, 'bash', ...words], {
    env,
    stdio: ['ignore', 'ignore', 'pipe'],
    encoding: 'utf8',
  })
  const [, peak] = /^peak (\d+)$/m.exec(stderr) ?? []
  const [, wall, user, system] = /^times (\S+) (\S+) (\S+)$/m.exec(stderr) ?? []
  if (status !== 0 || peak === undefined || system === undefined)
    throw new Error(`${words.join(' ')} ended with ${status}: ${stderr}`)
  return {
    ms: Number(wall) * 1000,
    cpu: (Number(user) + Number(system)) * 1000,
    peak: Number(peak) / 1024,
  }
}
