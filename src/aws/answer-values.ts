import type { ScalarPlan } from './answer-schema.ts'

/** How times and bytes are given: as they are stored, or as the SDK gives them. */
export interface ValueForm {
  readonly time: (text: string) => unknown
  readonly blob: (text: string) => unknown
}

/** As the AWS CLI v2 prints them. Undefined for text that is not such a value. */
export const storedForm: ValueForm = { time: readTime, blob: (text) => readBytes(text)?.toString('base64') }

/** What a text is a value of; undefined if it is not one. */
export function convert(text: string, { type }: ScalarPlan, form: ValueForm): unknown {
  if (type === 'text') return text
  if (type === 'number') return readNumber(text)
  if (type === 'boolean') return readBoolean(text)
  return type === 'time' ? form.time(text) : form.blob(text)
}

/** White space with a line end in it, which the SDK takes for the form of the document. */
export function isLineOfSpace(text: string): boolean {
  const first = text.charCodeAt(0)
  return (first <= 0x20 || first > 0x7f) && text.includes('\n') && text.trim() === ''
}

/**
 * The text without entities; undefined if one of them is not known, or an ampersand begins none. The SDK drops such an
 * entity, boto3 refuses the document.
 */
export function decodeEntities(text: string): string | undefined {
  let isGood = true
  const decoded = text.replace(/&(?:#x([\da-f]+);|#(\d+);|(\w+);)?/gi, (_, hex, decimal, name) => {
    const found =
      name === undefined
        ? characterOf(hex === undefined ? Number(decimal) : Number.parseInt(hex, 16))
        : entities.get(name)
    if (found === undefined) isGood = false
    return found ?? ''
  })
  return isGood ? decoded : undefined
}

const entities: ReadonlyMap<string, string> = new Map([
  ['amp', '&'],
  ['lt', '<'],
  ['gt', '>'],
  ['quot', '"'],
  ['apos', "'"],
])

/** Control characters, which XML 1.0 forbids, are what the text of a tag may hold; nothing stands for half a character. */
function characterOf(code: number): string | undefined {
  const isCharacter = code > 0 && code <= 0x10ffff && !(code >= 0xd800 && code < 0xe000)
  return isCharacter ? String.fromCodePoint(code) : undefined
}

/** Undefined for what is not a number, or cannot be kept exactly: an integer of more than 53 bits. */
function readNumber(text: string): number | undefined {
  const digits = readDigits(text, 0, text.length)
  if (digits >= 0 && text.length > 0 && text.length < 16) return digits
  const bare = text.trim()
  if (!/^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i.test(bare)) return undefined
  const value = Number(bare)
  if (!Number.isFinite(value)) return undefined
  const isExact = !/^[+-]?\d+$/.test(bare) || BigInt(bare.replace('+', '')) === BigInt(value)
  return isExact ? value : undefined
}

/** What decimal digits stand for; -1 if something else stands among them. */
function readDigits(text: string, from: number, to: number): number {
  let value = 0
  for (let at = from; at < to; at += 1) {
    const digit = text.charCodeAt(at) - 0x30
    if (!(digit >= 0 && digit < 10)) return -1
    value = value * 10 + digit
  }
  return value
}

/** An empty one is false, for boto3 and the SDK alike. */
function readBoolean(text: string): boolean | undefined {
  if (text === 'true') return true
  if (text === 'false' || text === '') return false
  const small = text.toLowerCase()
  return small === 'true' ? true : small === 'false' ? false : undefined
}

/** What base64 text stands for. */
export function readBytes(text: string): Buffer | undefined {
  const isBase64 = text.length % 4 === 0 && /^[A-Za-z\d+/]*={0,2}$/.test(text)
  return isBase64 ? Buffer.from(text, 'base64') : undefined
}

const timeShape =
  /^(\d{4})-(\d\d)-(\d\d)t(\d\d):(\d\d):(\d\d)(?:\.(\d+))?(?:z|([+-])([01]\d|2[0-3]):([0-5]\d))$/i

/** Python's isoformat in UTC, with microseconds if there are any; undefined for a time that does not exist. */
function readTime(text: string): string | undefined {
  return isUsualTime(text) ? `${text.slice(0, 19)}+00:00` : readAnyTime(text)
}

/** Whether it is a time as EC2 writes it, which does exist: 2026-01-31T12:00:00.000Z. */
function isUsualTime(text: string): boolean {
  if (text.length !== 24 || !text.endsWith('.000Z')) return false
  const year = readDigits(text, 0, 4)
  const day = readDigits(text, 8, 10)
  return (
    year > 0 &&
    day > 0 &&
    text[4] === '-' &&
    text[7] === '-' &&
    text[10] === 'T' &&
    text[13] === ':' &&
    text[16] === ':' &&
    day <= daysIn(year, readDigits(text, 5, 7)) &&
    isBelow(readDigits(text, 11, 13), 24) &&
    isBelow(readDigits(text, 14, 16), 60) &&
    isBelow(readDigits(text, 17, 19), 60)
  )
}

function isBelow(value: number, limit: number): boolean {
  return value >= 0 && value < limit
}

function readAnyTime(text: string): string | undefined {
  const found = timeShape.exec(text)
  if (!found) return undefined
  const [, year, month, day, hour, minute, second, fraction = '', sign, hours, minutes] = found
  const doesExist =
    Number(day) >= 1 &&
    Number(day) <= daysIn(Number(year), Number(month)) &&
    Number(hour) < 24 &&
    Number(minute) < 60 &&
    Number(second) < 60
  if (!doesExist || year === '0000') return undefined
  const micro = fraction.slice(0, 6).padEnd(6, '0')
  const rest = micro === '000000' ? '+00:00' : `.${micro}+00:00`
  const offset = sign === undefined ? 0 : Number(`${sign}1`) * (Number(hours) * 60 + Number(minutes))
  if (offset === 0) return `${text.slice(0, 10)}T${text.slice(11, 19)}${rest}`
  const moved = new Date(`${text.slice(0, 10)}T${text.slice(11, 19)}Z`)
  moved.setUTCMinutes(moved.getUTCMinutes() - offset)
  const inUtc = moved.toISOString()
  return /^(?!0000)\d{4}-/.test(inUtc) ? `${inUtc.slice(0, 19)}${rest}` : undefined
}

/** 0 for a month that does not exist. */
function daysIn(year: number, month: number): number {
  const isLeap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0)
  return month === 2 && isLeap ? 29 : (days[month] ?? 0)
}

const days = [0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
