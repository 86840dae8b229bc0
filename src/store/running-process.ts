import { readFileSync, readlinkSync } from 'node:fs'
import { hostname } from 'node:os'
import { hasCode } from '../errors.ts'

/** What names a process among those of all machines and containers that may share a cache. */
export interface ProcessName {
  readonly host: string
  /** Another after each start of the machine; empty where the system does not say. */
  readonly boot: string
  /** Inside of which process ids are counted: a container's, or the machine's; empty where there is only one. */
  readonly namespace: string
  readonly process: number
  /** When it started, in the system's own words: a process id is given again. Empty where the system does not say. */
  readonly started: string
}

/** This process. */
export function nameThisProcess(): ProcessName {
  return {
    host: hostname(),
    boot: readOr('', () => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()),
    namespace: readOr('', () => readlinkSync('/proc/self/ns/pid')),
    process: process.pid,
    started: startOf(process.pid),
  }
}

/** Whether it is known that a process has ended. One of another machine or container may live. */
export function hasEnded(other: ProcessName): boolean {
  const { host, boot, namespace } = nameThisProcess()
  if (other.host !== host || other.namespace !== namespace) return false
  if (other.boot !== boot) return true
  return !isProcess(other.process) || startOf(other.process) !== other.started
}

function isProcess(id: number): boolean {
  try {
    return process.kill(id, 0)
  } catch (error) {
    // It may belong to another user.
    return hasCode(error, 'EPERM')
  }
}

/** The 22nd field of /proc/PID/stat (proc(5)); the second one, a name in parentheses, may hold anything. */
function startOf(id: number): string {
  return readOr('', () => {
    const text = readFileSync(`/proc/${id}/stat`, 'utf8')
    return text.slice(text.lastIndexOf(')') + 2).split(' ')[19] ?? ''
  })
}

function readOr<T>(other: T, read: () => T): T {
  try {
    return read()
  } catch {
    return other
  }
}
