import type { Ast } from '../jmespath/ast.ts'
import type { Answer, Json, Kind, Piece, ReadyText, View } from '../model.ts'
import type { ItemText } from '../ready-items.ts'
import type { LedgerLine } from '../store/ledger.ts'
import type { Store } from '../store/open-store.ts'
import { runInSnapshot } from '../store/scan.ts'
import { type DocumentText, scanElements, scanTexts } from '../store/scan-texts.ts'
import { compileExpression } from './evaluation.ts'
import { givesResources } from './plan/make-plan.ts'

/**
 * An answer of whole resources, with nothing left out and nothing changed: its text comes from the cache as it is, in
 * constant memory. Whoever wants the values gets them from `answerPlainly`. Null for any other question.
 */
export function answerWholeDocuments(
  view: View,
  kind: Kind,
  store: Store,
  lines: readonly LedgerLine[],
  names: readonly string[] | null,
  answerPlainly: () => Answer,
): Answer | null {
  const extent = names === null ? extentOf(view, kind) : null
  if (extent === null) return null
  const title = kind.operation
  const wanted: AskedTexts = { extent, kind, store, lines, origin: view.origin }
  const text: ReadyText = () => runInSnapshot(store, () => writeText(wanted))
  if (extent !== 'document') {
    const items: ItemText = {
      text,
      lines: () => runInSnapshot(store, () => writeLines(wanted)),
      *[Symbol.iterator]() {
        const answer = answerPlainly()
        if (answer.type === 'list') yield* answer.items
      },
    }
    return { type: 'list', title, columns: null, items }
  }
  let read: { readonly value: Json } | null = null
  const readValue = () => {
    const answer = answerPlainly()
    return { value: answer.type === 'value' ? answer.value : null }
  }
  return {
    type: 'value',
    title,
    text,
    get value(): Json {
      read ??= readValue()
      return read.value
    },
  }
}

/** What of the AWS CLI's document an expression gives as it is: all of it, its list, or the resources of its groups. */
type Extent = 'document' | 'list' | 'resources'

/** The resources whose text is asked for. */
interface AskedTexts {
  readonly extent: Extent
  readonly kind: Kind
  readonly store: Store
  readonly lines: readonly LedgerLine[]
  readonly origin: boolean
}

export function extentOf(view: View, kind: Kind): Extent | null {
  const { engine, otherKinds, lets, filters, sort, group, columns, limit, expression } = view
  const isShaped = filters.length > 0 || [sort, group, columns, limit].some((each) => each !== null)
  const isPlain = engine === 'muster' && otherKinds.length === 0 && lets.length === 0
  // The id of a resource that no member identifies is made of all of it.
  if (expression === null || isShaped || !isPlain || kind.identity === 'item') return null
  const { ast } = compileExpression(expression, view)
  if (ast.type === 'current') return 'document'
  if (isListOf(ast, kind.list)) return 'list'
  return givesResources(ast, kind) ? 'resources' : null
}

/** `Reservations`, `Reservations[]` or `Reservations[*]`: all three give the list, whose elements are objects. */
function isListOf(ast: Ast, list: string): boolean {
  if (ast.type === 'projection') return ast.right.type === 'current' && isListOf(ast.left, list)
  if (ast.type === 'flatten') return isListOf(ast.left, list)
  return ast.type === 'field' && ast.name === list
}

function* writeText({ extent, kind, store, lines, origin }: AskedTexts): Generator<Piece> {
  const depth = extent === 'document' ? 2 : 1
  const nested = extent === 'resources' ? null : (kind.nested?.list ?? null)
  const chunks = scanElements(store, lines, kind, { depth, grouped: nested !== null, origin })
  const elements = writeElements(chunks, nested, depth)
  const before = extent === 'document' ? `{\n    ${JSON.stringify(kind.list)}: [` : '['
  const after = extent === 'document' ? '\n}' : ''
  let isEmpty = true
  for (const element of elements) {
    if (isEmpty) yield `${before}\n`
    yield element
    isEmpty = false
  }
  yield isEmpty ? `${before}]${after}` : `\n${'    '.repeat(depth - 1)}]${after}`
}

/** Each element of the list on one line. */
function* writeLines({ extent, kind, store, lines, origin }: AskedTexts): Generator<string> {
  const nested = extent === 'resources' ? null : kind.nested
  for (const chunk of scanTexts(store, lines, kind, { depth: null, origin })) {
    if (!nested) {
      for (const { text } of chunk) yield text
      continue
    }
    // A chunk holds whole groups, their members one after the other.
    let place = 0
    while (place < chunk.length) {
      const { groupId, groupFields } = chunk[place] as DocumentText
      const from = place
      while (place < chunk.length && chunk[place]?.groupId === groupId) place += 1
      const members = chunk.slice(from, place).map(({ text }) => text)
      const fields = JSON.stringify(groupFields === null ? {} : JSON.parse(groupFields)).slice(0, -1)
      yield `${fields}${fields === '{' ? '' : ','}${JSON.stringify(nested.list)}:[${members.join(',')}]}`
    }
  }
}

/** Elements of a list, each behind a comma, but the first. */
function* writeElements(
  chunks: Iterable<Uint8Array | readonly DocumentText[]>,
  nested: string | null,
  depth: number,
): Generator<Piece> {
  let isFirst = true
  for (const chunk of chunks) {
    if (!isFirst) yield ',\n'
    if (chunk instanceof Uint8Array) yield chunk
    else if (nested === null) yield chunk.map(({ text }) => text).join(',\n')
    else yield writeGroups(chunk, nested, depth)
    isFirst = false
  }
}

/** The groups of a chunk, which holds whole ones, with their resources, whose list stands last among the members. */
function writeGroups(chunk: readonly DocumentText[], list: string, depth: number): string {
  const indent = '    '.repeat(depth)
  const inner = `${indent}    `
  const groups: string[] = []
  for (let from = 0; from < chunk.length; ) {
    const { groupId, groupFields } = chunk[from] as DocumentText
    let to = from + 1
    while (to < chunk.length && chunk[to]?.groupId === groupId) to += 1
    const members = chunk.slice(from, to).map(({ text }) => text)
    const head = `${indent}${headOf(groupFields, indent)}\n${inner}${JSON.stringify(list)}: [\n`
    groups.push(`${head}${members.join(',\n')}\n${inner}]\n${indent}}`)
    from = to
  }
  return groups.join(',\n')
}

/** The beginning of a group's object, up to where its next member stands. */
function headOf(groupFields: string | null, indent: string): string {
  const fields = groupFields === null ? {} : (JSON.parse(groupFields) as object)
  const text = JSON.stringify(fields, null, 4)
  return text === '{}' ? '{' : `${text.slice(0, -2).replaceAll('\n', `\n${indent}`)},`
}
