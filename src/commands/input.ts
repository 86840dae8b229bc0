import { constants } from 'node:buffer'
import { createReadStream } from 'node:fs'
import { basename, resolve } from 'node:path'
import { type ExitCode, exitCodes, MusterError, usageError } from '../errors.ts'
import type { Io } from '../io.ts'
import { defaultKind } from '../kinds.ts'
import type { Json } from '../model.ts'
import { sanitise } from '../output/sanitise.ts'
import { answerDocument } from '../query/answer.ts'
import { jsonFault } from '../query/json-place.ts'
import type { Args } from './flags.ts'
import type { Print } from './print.ts'
import { viewFrom } from './view.ts'

/**
 * Answers an expression or a saved query over the JSON document of --input, and nothing else: no profile, no cache,
 * no coverage.
 */
export async function queryInput(input: string, args: Args, io: Io, print: Print): Promise<ExitCode> {
  const stray = elsewhere.find((name) => args.on(name) || args.list(name).length > 0)
  if (stray !== undefined)
    throw usageError(`--input asks one document, and neither AWS nor the cache: leave --${stray} out.`)
  const { view, names, hints } = viewFrom(args, io, { kind: defaultKind.name })
  const name = input === '-' ? 'standard input' : sanitise(input)
  const lines = /\.(ndjson|jsonl)$/.test(input)
  const text = textOf(await bytesOf(input, name, io), name)
  const document = documentIn(text, name, lines)
  if (roundsIn(text, lines)) io.err(`${name} holds whole numbers beyond 2^53, which are rounded here.\n`)
  const title = input === '-' ? 'stdin' : basename(input).replace(/\.\w+$/, '')
  try {
    await print(answerDocument(view, document, title, names), hints)
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    throw usageError(`${name} nests too deep for this expression or format: ask for a part of it.`, error)
  }
  return exitCodes.done
}

/** What is about AWS, profiles or the cache. */
const elsewhere = [
  'profile',
  'region',
  'account',
  'role',
  'source-profile',
  'external-id',
  'duration',
  'mfa-code',
  'kind',
  'no-origin',
  'fresh',
  'offline',
  'sync',
  'concurrency',
  'page-size',
  'live',
  'max-items',
  'starting-token',
  'cache',
  'demo',
]

async function bytesOf(input: string, name: string, io: Io): Promise<Buffer> {
  const source = input === '-' ? io.stdin() : createReadStream(resolve(io.cwd, input), { signal: io.signal })
  const chunks: Uint8Array[] = []
  let size = 0
  try {
    for await (const chunk of source) {
      io.signal.throwIfAborted()
      chunks.push(chunk)
      size += chunk.length
      // A character takes three bytes at most for each of its UTF-16 units.
      if (size > 3 * constants.MAX_STRING_LENGTH) throw tooLarge(name)
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
function textOf(bytes: Buffer, name: string): string {
  const wide = bytes[0] === 0xff && bytes[1] === 0xfe
  try {
    return new TextDecoder(wide ? 'utf-16le' : 'utf-8', { fatal: true }).decode(bytes)
  } catch (error) {
    if (bytes.length > constants.MAX_STRING_LENGTH) throw tooLarge(name)
    throw usageError(`${name} is no text in UTF-8: save it as UTF-8.`, error)
  }
}

/** One document, or, from a file of lines, the list of its lines' documents. */
function documentIn(text: string, name: string, lines: boolean): Json {
  if (text.trim() === '') throw usageError(`${name} is empty: give it a JSON document.`)
  if (!lines) return parsed(text, name, 0)
  return text.split('\n').flatMap((line, index) => (line.trim() === '' ? [] : [parsed(line, name, index)]))
}

function parsed(text: string, name: string, linesBefore: number): Json {
  try {
    return JSON.parse(text) as Json
  } catch (error) {
    const { line, column, what } = jsonFault(text)
    const next = what.endsWith('the end of the document should be')
      ? 'keep one document, or name a file of one document a line .ndjson'
      : 'save it again, as with --output json'
    throw usageError(`${name}:${line + linesBefore}:${column}: this is no JSON, ${what}: ${next}.`, error)
  }
}

/** Whether a number loses digits: JavaScript's are exact up to 2^53 alone. */
function roundsIn(text: string, lines: boolean): boolean {
  if (lines || !/(?:^|[\s:,[])-?\d{16}/.test(text)) return false
  let rounded = false
  const seen = (_: string, value: unknown, at?: { readonly source?: string }) => {
    if (typeof value === 'number' && !Number.isSafeInteger(value) && /^-?\d+$/.test(at?.source ?? ''))
      rounded = true
    return null
  }
  JSON.parse(text, seen)
  return rounded
}

function tooLarge(name: string): MusterError {
  const most = Math.floor(constants.MAX_STRING_LENGTH / 1_000_000)
  return usageError(
    `${name} is larger than the ${most} MB of text that one document may have: cut it into several, or ask AWS with muster itself.`,
  )
}
