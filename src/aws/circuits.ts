import type { Fault } from '../model.ts'
import { checkNetwork } from './causes.ts'
import { FaultError } from './faults.ts'

/** Where a call goes: an address, and whose call it is. */
export interface CallPlace {
  /** `ec2.eu-west-1.amazonaws.com`, with the port if it is not the usual one. */
  readonly host: string
  readonly region: string
  /** The account, or the profile while it is not known. */
  readonly owner: string
}

/** What a call met that did not succeed: there is no way to the address, it does not answer, or it has answered. */
export type CallEnd = 'answered' | 'no way' | 'no answer'

/** Knows which addresses are out of reach, for all calls of a run. */
export interface Circuits {
  /** Throws if the place is broken off; else the call may be made. */
  readonly check: (place: CallPlace) => void
  /** A call has ended, with all of its attempts. */
  readonly note: (place: CallPlace, end: CallEnd, code: string) => void
}

/**
 * After so many calls in a row that could not be made, each with all of its attempts, an address is broken off: of nine
 * attempts each takes some 30 s where nothing answers, and thousands of scopes may wait for it.
 */
export const mostLost = 5

/** After so many ms one call is let through: if it is answered, the address is in reach again. */
export const pauseOfCircuit = 30_000

/**
 * A circuit for each address and region, which breaks when nobody can connect to it; and one for each account there,
 * which breaks when it connects and no answer comes: that may be the account's affair, and says nothing about others. Any
 * answer closes both, a refusal too: whoever answers is in reach. `now`: in ms.
 */
export function makeCircuits(now: () => number = () => performance.now()): Circuits {
  const circuits = new Map<string, Circuit>()
  const circuitsOf = ({ host, region, owner }: CallPlace) => ({
    way: `${region} ${host}`,
    answer: `${region} ${host} ${owner}`,
  })
  const isOpen = (circuit: Circuit | undefined): circuit is Circuit =>
    circuit !== undefined && circuit.lost >= mostLost
  return {
    check(place) {
      const { way, answer } = circuitsOf(place)
      for (const circuit of [circuits.get(way), circuits.get(answer)]) {
        if (!isOpen(circuit)) continue
        if (now() < circuit.closedUntil) throw new FaultError(brokenOffFault(place, circuit))
        // This call is the probe: the others wait for how it ends.
        circuit.closedUntil = now() + pauseOfCircuit
      }
    },
    note(place, end, code) {
      const { way, answer } = circuitsOf(place)
      if (end !== 'no way') circuits.delete(way)
      if (end === 'answered') circuits.delete(answer)
      if (end === 'answered') return
      const key = end === 'no way' ? way : answer
      const lost = (circuits.get(key)?.lost ?? 0) + 1
      circuits.set(key, { lost, end, code, closedUntil: now() + pauseOfCircuit })
    },
  }
}

interface Circuit {
  /** Calls in a row that could not be made. */
  readonly lost: number
  readonly end: CallEnd
  /** What the last of them met. */
  readonly code: string
  /** When the next call may be made, once it is broken. */
  closedUntil: number
}

/** Its sentence is the same for all calls there, whose ever they are and however many were lost: they are named together. */
function brokenOffFault({ host }: CallPlace, { end, code }: Circuit): Fault {
  const met =
    end === 'no way'
      ? `could not be reached by ${mostLost} calls in a row (${code}), so muster broke it off`
      : `gave no answer to ${mostLost} calls of an account in a row (${code}), so muster broke it off for that account`
  return {
    class: 'network',
    code: 'BrokenOff',
    message: `${host} ${met} and did not try this one.`,
    next: checkNetwork,
  }
}
