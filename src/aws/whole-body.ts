import type { Readable } from 'node:stream'
import type { BodyBudget } from './body-budget.ts'
import { type BodyPieces, makeBodyPieces } from './body-pieces.ts'

/** How long the body of an answer may take, in ms. */
export interface BodyLimits {
  /** The time in which at least `leastProgress` bytes must come, or the end. */
  readonly progress: number
  readonly whole: number
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
  budget: BodyBudget,
): Promise<BodyPieces> {
  return new Promise((resolve, reject) => {
    const pieces: Buffer[] = []
    let recent = 0
    const settle = (then: () => void) => {
      clearInterval(progressTimer)
      clearTimeout(wholeTimer)
      then()
      // What is made of a page is made before the next event: the page is no longer in hand then.
      setImmediate(() => budget.release(body))
    }
    const giveUp = (text: string) => {
      settle(() => reject(Object.assign(new Error(text), { name: 'TimeoutError', code: 'ETIMEDOUT' })))
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
    body.once('end', () => settle(() => resolve(makeBodyPieces(pieces))))
    body.on('error', (error) => settle(() => reject(error)))
    body.once('close', () => {
      const cut = Object.assign(new Error('The connection ended before the answer.'), { code: 'ECONNRESET' })
      settle(() => reject(cut))
    })
  })
}

function inSeconds(ms: number): string {
  return `${ms / 1000} s`
}
