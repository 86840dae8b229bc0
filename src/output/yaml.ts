import { isExact } from '../exact-number.ts'
import { isObject } from '../json-object.ts'
import type { Answer, Json, JsonObject } from '../model.ts'
import { harmfulToTerminals } from './sanitise.ts'
import { isEmptyObject } from './value-columns.ts'

/**
 * YAML, a list item by item; nothing for an answer that is an empty object, as the AWS CLI has it. Every reader of
 * YAML 1.1 and of 1.2 gets the same value back. Text that any of them could read as something else is quoted. What no
 * document may hold, or what a terminal would obey, is escaped.
 */
export function* formatYaml(answer: Answer): Generator<string> {
  if (isEmptyObject(answer)) return
  if (answer.type === 'value') {
    yield `${formatBlock(answer.value, '').trimStart()}\n`
    return
  }
  let empty = true
  for (const item of answer.items) {
    yield `-${formatItem(item, '')}\n`
    empty = false
  }
  if (empty) yield '[]\n'
}

/** A value behind `key:`, without its last line end: a space and a scalar, or the lines of a list or an object. */
function formatBlock(value: Json, indent: string): string {
  if (Array.isArray(value) && value.length > 0) return `\n${formatList(value as readonly Json[], indent)}`
  if (isObject(value) && Object.keys(value).length > 0) return `\n${formatMembers(value, indent)}`
  return ` ${formatScalar(value, indent)}`
}

/** A value behind the `-` of a list: lists and objects begin on the same line. */
function formatItem(value: Json, indent: string): string {
  const inner = `${indent}  `
  const text = formatBlock(value, inner)
  return text.startsWith('\n') ? ` ${text.slice(1 + inner.length)}` : text
}

function formatList(items: readonly Json[], indent: string): string {
  return items.map((item) => `${indent}-${formatItem(item, indent)}`).join('\n')
}

function formatMembers(value: JsonObject, indent: string): string {
  return Object.entries(value)
    .map(([name, member]) => {
      const key = isPlain(name) ? name : quoteText(name)
      // A key that is longer than 1024 characters needs its mark: YAML 1.2, 7.4.2 and 8.2.2.
      const mark = key.length > longestKey ? `${indent}? ${key}\n${indent}` : `${indent}${key}`
      return `${mark}:${formatBlock(member, `${indent}  `)}`
    })
    .join('\n')
}

const longestKey = 1000

function formatScalar(value: Json, indent: string): string {
  if (typeof value === 'number' || isExact(value)) return formatNumber(String(value))
  if (typeof value === 'string') {
    if (isPlain(value)) return value
    return isLiteral(value) ? formatLiteral(value, indent === '' ? '  ' : indent) : quoteText(value)
  }
  return JSON.stringify(value)
}

/** YAML 1.1 asks for a point and a sign in a number with an exponent. */
function formatNumber(text: string): string {
  const [, digits, fraction, sign, exponent] = /^(-?\d+)(\.\d+)?[eE]([+-]?)(\d+)$/.exec(text) ?? []
  if (digits !== undefined) return `${digits}${fraction ?? '.0'}e${sign || '+'}${exponent}`
  return { NaN: '.nan', Infinity: '.inf', '-Infinity': '-.inf' }[text] ?? text
}

/** Text that needs no quotes: it begins as no number does, and holds nothing that means something in YAML. */
function isPlain(text: string): boolean {
  // A colon means something only before a blank or at the end. V8 reads Unicode's tables for this: not at each start.
  const plainText =
    /^(?:[\p{L}_]|\/(?=\w))(?:[\p{L}\p{M}\p{Nd}_./+=()@-]| (?=[\p{L}\p{Nd}_./+=(@])|:(?=[\p{L}\p{Nd}_/:]))*$/u
  return (plainText.test(text) && !reservedWord.test(text)) || address.test(text)
}

/** YAML 1.1's words for true, false and null, and what some readers take for a number. */
const reservedWord = /^(?:y|n|yes|no|on|off|true|false|null|nan|inf|infinity|_[\d_]*)$/i
const address = /^\d{1,3}(?:\.\d{1,3}){3}(?:\/\d{1,2})?$/

/**
 * Whether a literal shows all lines as they are: none ends with a blank, the first begins with none and is not empty.
 */
function isLiteral(text: string): boolean {
  if (!text.includes('\n') || text.endsWith('\n\n') || !/^[!-~]/.test(text)) return false
  return text.split('\n').every((line) => line === '' || literalLine.test(line))
}

const literalLine = /^[ -~]*[!-~]$/

function formatLiteral(text: string, indent: string): string {
  const ends = text.endsWith('\n')
  const lines = (ends ? text.slice(0, -1) : text).split('\n')
  return `|${ends ? '' : '-'}\n${lines.map((line) => (line === '' ? '' : indent + line)).join('\n')}`
}

function quoteText(text: string): string {
  return escapeForYaml(JSON.stringify(text))
}

/**
 * JSON as YAML: JSON's quotes are YAML's; beyond them, characters that YAML cannot hold or a terminal would obey are
 * escaped. YAML does not read the two escapes by which JSON has a character beyond U+FFFF.
 */
export function escapeForYaml(json: string): string {
  return json.replace(unsafe, (found) => escapeCharacter(found))
}

const unsafe = new RegExp(`${harmfulToTerminals.source}|[\\u00a0\\ufffe\\uffff]`, 'gu')

function escapeCharacter(found: string): string {
  const code = (found.codePointAt(0) ?? 0).toString(16)
  return code.length > 4 ? `\\U${code.padStart(8, '0')}` : `\\u${code.padStart(4, '0')}`
}
