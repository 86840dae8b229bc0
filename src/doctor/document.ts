import type { FileName } from '../config/python-ini.ts'

export type { FileName } from '../config/python-ini.ts'

/** One line of a file as an editor counts them: what a line feed ends. */
export interface DocumentLine {
  /** Without its end; bytes that are not UTF-8 are U+FFFD here. */
  readonly text: string
  readonly end: '' | '\n' | '\r\n'
  /** The line as it stands in the file, its end included. */
  readonly bytes: Uint8Array
}

/** A file whose every byte is kept: what no edit names is written back as it was. */
export interface Document {
  readonly name: FileName
  readonly path: string
  readonly exists: boolean
  readonly lines: readonly DocumentLine[]
  /** Permission bits; null if there is nothing to judge (no file, or Windows). */
  readonly mode: number | null
}

/** Replaces `removed` lines from `line` (from 1) on; with 0, the new lines come before it. */
export interface Edit {
  readonly file: FileName
  readonly line: number
  readonly removed: number
  readonly lines: readonly string[]
  /** What the new lines end with; by default the same as the lines that they replace. */
  readonly end?: '\n'
}

export function documentOf(
  name: FileName,
  path: string,
  bytes: Uint8Array | null,
  mode: number | null = null,
): Document {
  return { name, path, exists: bytes !== null, lines: bytes === null ? [] : linesOf(bytes), mode }
}

/** The document's text; `valid` is false if some bytes are not UTF-8. */
export function textOf(document: Document): { readonly text: string; readonly valid: boolean } {
  const bytes = bytesOf(document)
  const text = decode(bytes)
  return { text, valid: Buffer.from(text).equals(bytes) }
}

export function bytesOf(document: Document): Buffer {
  return Buffer.concat(document.lines.map((line) => line.bytes))
}

/** The document with the edits made; edits of other files are left out. They must not overlap. */
export function applyEdits(document: Document, edits: readonly Edit[]): Document {
  let lines = document.lines
  const own = edits.filter(
    (edit) => edit.file === document.name && (edit.removed > 0 || edit.lines.length > 0),
  )
  // From the end on, so that the numbers before stay right. At one place, lines are removed before others come.
  for (const edit of own.map((each, index) => ({ each, index })).sort(compareBackwards)) {
    lines = applyEdit(lines, edit.each)
  }
  return { ...document, exists: document.exists || own.length > 0, lines }
}

function compareBackwards(
  a: { readonly each: Edit; readonly index: number },
  b: { readonly each: Edit; readonly index: number },
): number {
  return b.each.line - a.each.line || b.each.removed - a.each.removed || b.index - a.index
}

function applyEdit(
  lines: readonly DocumentLine[],
  { line, removed, lines: texts, end }: Edit,
): readonly DocumentLine[] {
  const at = line - 1
  const before = lines.slice(0, at)
  const gone = lines.slice(at, at + removed)
  const after = lines.slice(at + removed)
  const usual = lines[0]?.end || '\n'
  const added = texts.map((text, index) => {
    const last = index === texts.length - 1 && after.length === 0
    const replacedEnd = gone[Math.min(index, gone.length - 1)]?.end ?? usual
    return lineOf(text, end ?? (replacedEnd || (last && gone.length > 0 ? '' : usual)))
  })
  const lastBefore = before.at(-1)
  // Something follows the file's last line, which must end first.
  if (lastBefore && lastBefore.end === '' && added.length > 0)
    before.splice(-1, 1, endLine(lastBefore, usual))
  return [...before, ...added, ...after]
}

function endLine(line: DocumentLine, end: DocumentLine['end']): DocumentLine {
  return { text: line.text, end, bytes: Buffer.concat([line.bytes, Buffer.from(end)]) }
}

function lineOf(text: string, end: DocumentLine['end']): DocumentLine {
  return { text, end, bytes: Buffer.from(text + end) }
}

function linesOf(bytes: Uint8Array): DocumentLine[] {
  const lines: DocumentLine[] = []
  for (let start = 0; start < bytes.length; ) {
    const feed = bytes.indexOf(0x0a, start)
    const next = feed < 0 ? bytes.length : feed + 1
    const lineBytes = bytes.subarray(start, next)
    const end = feed < 0 ? '' : bytes[feed - 1] === 0x0d && feed > start ? '\r\n' : '\n'
    lines.push({ text: decode(lineBytes.subarray(0, lineBytes.length - end.length)), end, bytes: lineBytes })
    start = next
  }
  return lines
}

/** As Node reads a file for the SDK: a byte order mark stays a character. */
function decode(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8')
}
