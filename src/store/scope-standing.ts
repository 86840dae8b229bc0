import { isWithin, type LedgerLine } from './ledger.ts'

/** What the ledger says of a scope that is to be read. */
export interface Standing {
  readonly scopeId: number
  readonly began: number
  readonly heldBy: number | null
  readonly token: string | null
  readonly tokenUse: string | null
  readonly tokenAt: number | null
  readonly pages: number
  readonly startedAt: number | null
  readonly state: LedgerLine['state']
  readonly finishedAt: number | null
}

/** How the reading of a scope begins. */
export interface BeginOptions {
  /** What a token must have been given for to be of use; null for none. */
  readonly use: string | null
  /** In ms since 1970; null if it is read whoever has read it. */
  readonly since: number | null
}

/** Where a pass goes on that was cut off. */
export interface ResumedPass {
  readonly token: string
  readonly pages: number
  readonly startedAt: number
}

/**
 * How old a token may be to be of use, in ms. EC2 documents no time; the NextToken of an AWS operation is good for at
 * least an hour where one does (24 hours in most of AWS's newer services). One that EC2 refuses costs a single call.
 */
const tokenLife = 3_600_000

/** Whether another sync has read it to its end since a time. */
export function isReadSince({ state, finishedAt }: Standing, since: number | null): boolean {
  return state === 'complete' && finishedAt !== null && since !== null && finishedAt > since
}

/** Where a pass that was cut off goes on; null if it must begin anew. */
export function resumedOf(standing: Standing, use: string | null, at: number): ResumedPass | null {
  const { token, tokenUse, tokenAt, pages, startedAt } = standing
  if (token === null || tokenAt === null || startedAt === null || use === null || tokenUse !== use)
    return null
  return isWithin(tokenLife, tokenAt, at) ? { token, pages, startedAt } : null
}

/** What the ledger says of a pass that ends. */
export interface PassFigures {
  readonly since: number | null
  readonly pages: number
  readonly attempts: number
}
