import { createHash } from 'node:crypto'
import type { TrailMark } from '../aws/token-trail.ts'
import type { SelectedProfile } from '../config/selection.ts'
import { usageError } from '../errors.ts'
import type { BoundParameter, View } from '../model.ts'

/** From where a live reading goes on. */
export interface LivePlace {
  readonly profile: string
  /** The account that the profile led to, 12 digits; null if nothing of it was read. */
  readonly account: string | null
  /** Null for the first of the profile's regions. */
  readonly region: string | null
  /** EC2's own token of the page to ask for; null for the first page. */
  readonly page: string | null
  /** Ids that come on that page or after it and were given already. */
  readonly given: readonly string[]
  /** What detects that pages go round in a circle; missing on the first page. */
  readonly trail?: TrailMark
  /** What is to be read from here: the rest of this scope, of this profile, or of the whole selection. */
  readonly extent: Extent
}

export type Extent = 'scope' | 'profile' | 'selection'

/** Where a live reading stands. */
export interface LivePosition {
  /** What remains, in the order in which it is read. */
  readonly places: readonly LivePlace[]
  /** Accounts that profiles led to, if not every profile declares its own: two may lead to one. */
  readonly accounts: readonly (readonly [profile: string, account: string])[]
}

/** What a token holds: where to go on, and the values that parameters had in the first call. */
export interface HeldPosition extends LivePosition {
  readonly parameters: readonly BoundParameter[]
}

/** What a token is bound to: a hash of the query and one of the selection. */
export interface TokenKeys {
  readonly query: string
  readonly selection: string
}

/** The keys of a view over the selected profiles; a page size, a limit or a format are no part of them. */
export function tokenKeys(view: View, chosen: readonly SelectedProfile[]): TokenKeys {
  const { kind, expression, engine, filters, sort, columns, group, sum, top, origin, scopes } = view
  // As written: a time such as -30d comes to another value a minute later, and stays what it was at first.
  const parameters = view.parameters.map(({ name, written }) => [name, written])
  const profiles = chosen.map(({ name, source, account, regions }) => [name, source, account, regions])
  return {
    query: hashOf([kind, expression, parameters, engine, filters, sort, columns, group, sum, top, origin]),
    selection: hashOf([profiles, scopes.accounts]),
  }
}

/** The position as one word: base64url of JSON, with a checksum. Holds names, ids and EC2's tokens, no secret. */
export function encodeToken(
  { places, accounts, parameters }: HeldPosition,
  { query, selection }: TokenKeys,
): string {
  const packed = places.map(({ profile, account, region, page, given, extent, trail }) => [
    profile,
    account,
    region,
    page,
    given,
    extent,
    trail ? [trail.token, trail.steps, trail.until] : null,
  ])
  const values = parameters.map(({ name, written, value }) => [name, written, value])
  const body = [version, query, selection, packed, accounts, values]
  return Buffer.from(JSON.stringify([hashOf(body), ...body])).toString('base64url')
}

/** The position that a token holds. A usage error for one that is malformed, cut, or of another query or selection. */
export function decodeToken(token: string, keys: TokenKeys): HeldPosition {
  const [sum, ...body] = listIn(token)
  const [madeVersion, query, selection, places, accounts, values] = body
  if (typeof sum !== 'string' || sum !== hashOf(body)) throw malformedTokenError()
  if (madeVersion !== version) throw refusedTokenError('was made by another version of muster')
  if (query !== keys.query) {
    throw refusedTokenError(
      'belongs to another query (only --output, --raw, --page-size and --max-items may change)',
    )
  }
  if (selection !== keys.selection) {
    throw refusedTokenError(
      'belongs to another selection of profiles, accounts and regions, or ~/.aws has changed',
    )
  }
  if (![places, accounts, values].every((each) => Array.isArray(each))) throw malformedTokenError()
  return {
    places: listOf(places).map(parsePlace),
    accounts: listOf(accounts).map(parseAccount),
    parameters: listOf(values).map(parseBoundParameter),
  }
}

const version = 3

function refusedTokenError(why: string): Error {
  return usageError(
    `The token of --starting-token ${why}: repeat the command that gave it, or start again without --starting-token.`,
  )
}

function malformedTokenError(): Error {
  return usageError(
    "The text of --starting-token is no token of muster, or not all of one: give the whole word after 'next token: '.",
  )
}

function listIn(token: string): readonly unknown[] {
  if (!/^[\w-]+$/.test(token)) throw malformedTokenError()
  try {
    const value: unknown = JSON.parse(Buffer.from(token, 'base64url').toString())
    return Array.isArray(value) ? value : []
  } catch {
    return []
  }
}

function parsePlace(packed: unknown): LivePlace {
  const [profile, account, region, page, given, extent, trail] = Array.isArray(packed) ? packed : []
  const known = extents.find((each) => each === extent)
  const texts = [account, region, page].every((each) => each === null || typeof each === 'string')
  const ids = Array.isArray(given) && given.every((id) => typeof id === 'string')
  if (typeof profile !== 'string' || !texts || !ids || !known) throw malformedTokenError()
  const place = { profile, account, region, page, given, extent: known }
  return trail === null ? place : { ...place, trail: trailFrom(trail) }
}

function trailFrom(packed: unknown): TrailMark {
  const [token, steps, until] = listOf(packed)
  if (typeof token !== 'string' || typeof steps !== 'number' || typeof until !== 'number')
    throw malformedTokenError()
  return { token, steps, until }
}

function parseAccount(packed: unknown): readonly [string, string] {
  const [profile, account] = Array.isArray(packed) ? packed : []
  if (typeof profile !== 'string' || typeof account !== 'string') throw malformedTokenError()
  return [profile, account]
}

function parseBoundParameter(packed: unknown): BoundParameter {
  const [name, written, value] = listOf(packed)
  const known = typeof value === 'string' || typeof value === 'number'
  if (typeof name !== 'string' || typeof written !== 'string' || !known) throw malformedTokenError()
  return { name, written, value }
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}

const extents: readonly Extent[] = ['scope', 'profile', 'selection']

/** The first 96 bits of SHA-256: against mistakes, not against malice. */
function hashOf(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('base64url').slice(0, 16)
}
