import type { Readable } from 'node:stream'
import type { BodyBudget } from './body-budget.ts'
import { type BodyPieces, makeBodyPieces } from './body-pieces.ts'

/** How long the body of an answer may take, in ms. */
export interface BodyLimits {
  /** The time in which at least `leastProgress` bytes must come, or the end. */
  readonly progress: number
  readonly whole: number
}

/** Takes the function that gives a body's room back, when nothing that was made of it is in hand any more. */
export type HoldRoom = (release: () => void) => void

export interface BodyUse {
  readonly budget: BodyBudget
  readonly hold?: HoldRoom | undefined
}

/** Bytes: the slowest line that carries anything at all brings more in `progress`. */
const leastProgress = 1024

/**
 * Reads a body to its end. One that stands still, or only trickles, is given up: it rejects with a TimeoutError, which
 * the SDK treats as a passing fault, and its socket is closed. The SDK itself has a limit for the headers alone.
 */
export function readWholeBody(
  body: Readable,
  { progress, whole }: BodyLimits,
  { budget, hold }: BodyUse,
): Promise<BodyPieces> {
  return new Promise((resolve, reject) => {
    const pieces: Buffer[] = []
    const release = () => budget.release(body)
    let recent = 0
    const settle = (then: () => void) => {
      clearInterval(progressTimer)
      clearTimeout(wholeTimer)
      then()
    }
    const giveUp = (text: string) => {
      fail(Object.assign(new Error(text), { name: 'TimeoutError', code: 'ETIMEDOUT' }))
      body.destroy()
    }
    const progressTimer = setInterval(() => {
      if (recent < leastProgress && !budget.isWaiting(body))
        giveUp(`The answer began and then stood still for ${inSeconds(progress)}.`)
      recent = 0
    }, progress)
    const checkWhole = () => {
      if (budget.isWaiting(body)) wholeTimer = setTimeout(checkWhole, whole)
      else giveUp(`The answer had not ended after ${inSeconds(whole)}.`)
    }
    let wholeTimer = setTimeout(checkWhole, whole)
    body.on('data', (chunk: Buffer) => {
      pieces.push(chunk)
      recent += chunk.length
      budget.take(body, chunk.length)
    })
    body.once('end', () => {
      budget.finish(body)
      if (hold) hold(release)
      // What is made of it is made before the next event.
      else setImmediate(release)
      settle(() => resolve(makeBodyPieces(pieces)))
    })
    const fail = (error: unknown) => {
      release()
      settle(() => reject(error))
    }
    const failForEnd = () =>
      fail(Object.assign(new Error('The connection ended before the answer did.'), { code: 'ECONNRESET' }))
    // Node's word for an answer that is shorter than its headers say is "aborted".
    body.on('error', (error) => (error.message === 'aborted' ? failForEnd() : fail(error)))
    body.once('close', () => {
      if (!body.readableEnded) failForEnd()
    })
  })
}

function inSeconds(ms: number): string {
  return `${ms / 1000} s`
}
