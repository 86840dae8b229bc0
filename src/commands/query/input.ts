import { constants } from 'node:buffer'
import { createReadStream } from 'node:fs'
import { basename, resolve } from 'node:path'
import { type Args, flagOf, isGiven, type OptionName } from '../../app/options.ts'
import type { Print } from '../../app/print.ts'
import { makeView, type RequestedView } from '../../app/view.ts'
import { type ExitCode, exitCodes, isTooLong, MusterError, usageError } from '../../errors.ts'
import { makeExactNumber } from '../../exact-number.ts'
import type { Io } from '../../io.ts'
import { defaultKind } from '../../kinds.ts'
import type { Json } from '../../model.ts'
import { sanitise } from '../../output/sanitise.ts'
import { answerDocument } from '../../query/answer.ts'
import { findHugeNumber, findJsonFault } from '../../query/json-place.ts'

/**
 * Answers an expression or a saved query over the JSON document of --input, and nothing else: no profile, no cache,
 * no coverage.
 */
export async function queryInput(input: string, args: Args, io: Io, print: Print): Promise<ExitCode> {
  const stray = foreignOptions.find((name) => isGiven(args, name))
  if (stray !== undefined)
    throw usageError(`--input asks one document, and neither AWS nor the cache: leave ${flagOf(stray)} out.`)
  const { view, names, hints } = makeView(args, io, { kind: defaultKind.name })
  const name = input === '-' ? 'standard input' : sanitise(input)
  const lines = /\.(ndjson|jsonl)$/.test(input)
  const bytes = await readBytes(input, name, io)
  await io.hold(() => answerBytes(bytes, { input, name, lines }, { view, names, hints }, io, print))
  return exitCodes.done
}

interface Source {
  /** The name as it was given. */
  readonly input: string
  /** The name as messages show it. */
  readonly name: string
  /** Whether each line is a document. */
  readonly lines: boolean
}

async function answerBytes(
  bytes: Buffer,
  { input, name, lines }: Source,
  { view, names, hints }: RequestedView,
  io: Io,
  print: Print,
): Promise<void> {
  const text = decodeText(bytes, name)
  let hasRounded = false
  // The stock package knows only JavaScript's numbers.
  const roundNumber = (source: string) => {
    if (/^-?\d+$/.test(source)) hasRounded = true
    return Number(source)
  }
  const document = parseDocuments(text, name, lines, view.engine === 'muster' ? makeExactNumber : roundNumber)
  if (hasRounded) io.err(`${name} holds whole numbers beyond 2^53, which --engine jmespath rounds.\n`)
  const title = input === '-' ? 'stdin' : basename(input).replace(/\.\w+$/, '')
  try {
    await print(answerDocument(view, document, title, names), hints, view)
  } catch (error) {
    if (!(error instanceof RangeError) || isTooLong(error)) throw error
    throw tooDeepError(name, error)
  }
}

/** The options that are about AWS, profiles or the cache. */
const foreignOptions: readonly OptionName[] = [
  'profile',
  'region',
  'account',
  'role',
  'sourceProfile',
  'externalId',
  'duration',
  'mfaCode',
  'kind',
  'noOrigin',
  'fresh',
  'offline',
  'sync',
  'concurrency',
  'pageSize',
  'live',
  'maxItems',
  'startingToken',
  'cache',
  'demo',
]

async function readBytes(input: string, name: string, io: Io): Promise<Buffer> {
  const source = input === '-' ? io.stdin() : createReadStream(resolve(io.cwd, input), { signal: io.signal })
  const chunks: Uint8Array[] = []
  let size = 0
  try {
    for await (const chunk of source) {
      io.signal.throwIfAborted()
      chunks.push(chunk)
      size += chunk.length
      // A character takes three bytes at most for each of its UTF-16 units.
      if (size > 3 * constants.MAX_STRING_LENGTH) throw tooLargeError(name)
    }
  } catch (error) {
    io.signal.throwIfAborted()
    const code = error instanceof Error && 'code' in error ? error.code : null
    if (error instanceof MusterError || code === null) throw error
    throw new MusterError(
      `${name} cannot be read (${code}): give --input a readable file, or - for standard input.`,
      exitCodes.failed,
      { cause: error },
    )
  }
  return Buffer.concat(chunks, size)
}

/** UTF-8, or UTF-16 by its byte order mark, as PowerShell redirects the AWS CLI's output. */
function decodeText(bytes: Buffer, name: string): string {
  const wide = bytes[0] === 0xff && bytes[1] === 0xfe
  try {
    return new TextDecoder(wide ? 'utf-16le' : 'utf-8', { fatal: true }).decode(bytes)
  } catch (error) {
    if (bytes.length > constants.MAX_STRING_LENGTH) throw tooLargeError(name)
    throw usageError(`${name} is not UTF-8 text: save it as UTF-8.`, error)
  }
}

/** One document, or, from a file of lines, the list of its lines' documents. */
function parseDocuments(text: string, name: string, lines: boolean, numberOf: NumberOf): Json {
  if (text.trim() === '') throw usageError(`${name} is empty: give it a JSON document.`)
  if (!lines) return parseDocument(text, name, 0, numberOf)
  return text
    .split('\n')
    .flatMap((line, index) => (line.trim() === '' ? [] : [parseDocument(line, name, index, numberOf)]))
}

/** Makes a number from its text, if JavaScript would write the number in another way. */
type NumberOf = (source: string) => number

function parseDocument(text: string, name: string, linesBefore: number, numberOf: NumberOf): Json {
  try {
    return alteredNumber.test(text) ? parseWithNumbers(text, numberOf) : (JSON.parse(text) as Json)
  } catch (error) {
    if (error instanceof RangeError) throw tooDeepError(name, error)
    if (error instanceof NumberTooLarge) throw tooLargeNumberError(text, name, linesBefore)
    const { line, column, what } = findJsonFault(text)
    const next = what.endsWith('the end of the document should be')
      ? 'keep one document, or name a file of one document a line .ndjson'
      : 'save it again, as with --output json'
    throw usageError(`${name}:${line + linesBefore}:${column}: this is not JSON, ${what}: ${next}.`, error)
  }
}

/**
 * Finds every number that JavaScript writes in another way, and few others: -0, 16 digits and more, a fraction that
 * ends in 0 or begins with six of them, exponents. Only then is a slower reading needed, which takes five times as
 * long.
 */
const alteredNumber =
  /(?:^|[\s:,[])(?:-0(?:\.0*)?(?![\d.])|-?(?:\d{16}|[\d.]{17}|\d+\.\d*0(?!\d)|\d+\.0{6}|\d+(?:\.\d+)?[eE]))/

class NumberTooLarge extends Error {}

function parseWithNumbers(text: string, numberOf: NumberOf): Json {
  // Node hands each number's text over since 21 (TC39, JSON.parse source text access).
  const reviveNumber = (_: string, value: unknown, at?: { readonly source?: string }) => {
    if (typeof value !== 'number' || at?.source === undefined || String(value) === at.source) return value
    if (!Number.isFinite(value)) throw new NumberTooLarge()
    return numberOf(at.source)
  }
  return JSON.parse(text, reviveNumber) as Json
}

function tooLargeNumberError(text: string, name: string, linesBefore: number): MusterError {
  const { line, column, written } = findHugeNumber(text) ?? { line: 1, column: 1, written: 'a number' }
  const short = written.length > 40 ? `${written.slice(0, 40)}…` : written
  return usageError(
    `${name}:${line + linesBefore}:${column}: ${short} is larger than any number can be here: write it as a string.`,
  )
}

function tooDeepError(name: string, cause: unknown): MusterError {
  return usageError(`${name} nests too deep for this expression or format: ask for a part of it.`, cause)
}

function tooLargeError(name: string): MusterError {
  const most = Math.floor(constants.MAX_STRING_LENGTH / 1_000_000)
  return usageError(
    `${name} is larger than the ${most} MB of text that one document may have: split it into several, or ask AWS with muster itself.`,
  )
}
