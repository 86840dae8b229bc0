import { findNearest } from '../nearest.ts'
import type { CheckedFile, Checkup } from './checkup.ts'
import { profileKeys, secretKeys, ssoSessionKeys } from './known-keys.ts'
import { filesOf } from './lines.ts'

const hidden = '****'

/** Forty or more characters of a key or a token in one piece, whatever stands before it. */
const keyShape = /(?<![\w+/=])(?=[\w+/=]*[a-z])(?=[\w+/=]*[A-Z])(?=[\w+/=]*\d)[\w+/=]{40,}/g
const accessKeyId = /\b(A[KS]IA[A-Z0-9]{4})[A-Z0-9]{4,}(?=[A-Z0-9]{4}\b)/g

/** A line that a text is about, if it is about one. */
export interface TextPlace {
  readonly file: string
  readonly line: number | null
}

/** Hides in any text what the files hold as a secret, and what has the shape of one. */
export type Conceal = (text: string, at: TextPlace | null) => string

/** Of a line that continues a secret every word is hidden, of others what is long enough to be recognised anywhere. */
export function makeConcealer(checkup: Checkup): Conceal {
  const files = filesOf(checkup).map((file) => ({ name: file.name, ...secretsOf(file) }))
  const hide = hiderOf(files.flatMap((file) => file.secrets))
  const wordsAt = ({ file, line }: TextPlace) =>
    sortLongestFirst(files.find(({ name }) => name === file)?.continued.get(line ?? 0) ?? [])
  return (text, at) =>
    hideWords(hide(text), at ? wordsAt(at) : [])
      .replace(keyShape, hidden)
      .replace(accessKeyId, '$1…')
}

/**
 * Hides every stretch of a text that any of the secrets covers. Thousands of profiles have thousands of secrets: they
 * are looked up by their first letters, so that a text costs its own length.
 */
function hiderOf(secrets: readonly string[]): (text: string) => string {
  const byStart = Map.groupBy(new Set(secrets), (secret) => secret.slice(0, shortest))
  return (text) => {
    let result = ''
    let copied = 0
    let covered = 0
    for (let at = 0; at + shortest <= text.length; at += 1) {
      const found = byStart
        .get(text.slice(at, at + shortest))
        ?.filter((secret) => text.startsWith(secret, at))
      if (!found || found.length === 0) continue
      if (at >= covered) {
        result += text.slice(copied, at) + hidden
        covered = at
      }
      covered = Math.max(covered, ...found.map((secret) => at + secret.length))
      copied = covered
    }
    return result + text.slice(copied)
  }
}

/** In either case: the AWS CLI takes the beginning of such a line for a key, in lower case. */
function hideWords(text: string, words: readonly string[]): string {
  return words.reduce(
    (masked, word) => masked.replace(new RegExp(word.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&'), 'gi'), hidden),
    text,
  )
}

function sortLongestFirst(words: readonly string[]): readonly string[] {
  return [...new Set(words)].toSorted((a, b) => b.length - a.length)
}

/** A line of a file; its value is hidden if the key is a secret's, or is not known. */
export function concealLine(text: string): string {
  const [, before = '', key = '', between = '', value = ''] =
    /^(\s*[#;]*\s*)([^\s=:]*)(\s*[=:\s]\s*)(.*)$/s.exec(text) ?? []
  if (/^\s*\[/.test(text) || value === '') return text
  return `${before}${key}${between}${concealValue(key, value)}`
}

/** A value as it may be shown: a secret not at all, of a command its program alone. */
export function concealValue(key: string, value: string): string {
  if (isSecret(key)) return hidden
  if (key.trim().toLowerCase() !== 'credential_process') return value
  const [, program = '', rest = ''] = /^(\s*(?:"[^"]*"|'[^']*'|\S+))(.*)$/s.exec(value) ?? []
  return rest.trim() === '' ? program : `${program} ${hidden}`
}

/** Whether a key, misspelt or not, may hold a secret. */
export function isSecret(written: string): boolean {
  const key = written.trim().toLowerCase()
  if (profileKeys.includes(key) || ssoSessionKeys.includes(key)) return secretKeys.includes(key)
  if (/secret|passw|private|token(?!_file)/.test(key)) return true
  if (findNearest(key, secretKeys) === null) return false
  return secretKeys.includes(findNearest(key, [...profileKeys, ...ssoSessionKeys]) ?? '')
}

/** Every value of a secret's key, also of a commented, misspelt or malformed line, and what follows it. */
function secretsOf({ lines }: CheckedFile) {
  const secrets: string[] = []
  const continued = new Map<number, readonly string[]>()
  let inSecret = false
  for (const [index, { text }] of lines.entries()) {
    const [, key = '', value = ''] = /^\s*[#;]*\s*([^\s=:]*)\s*[=:\s]\s*(.*?)\s*$/s.exec(text) ?? []
    if (isSecret(key)) {
      inSecret = true
      secrets.push(...wordsOf(value))
    } else if (inSecret && isContinuation(text, key)) {
      secrets.push(...wordsOf(text))
      continued.set(
        index + 1,
        text.split(/[\s=:]+/).filter((word) => word.length > 1),
      )
    } else inSecret = false
  }
  return { secrets, continued }
}

/** Whether a line below a secret may be more of it, indented or not. */
function isContinuation(text: string, key: string): boolean {
  if (text.trim() === '' || /^\s*[[#;]/.test(text)) return false
  return !profileKeys.includes(key.toLowerCase())
}

/** Short words would be found everywhere; a secret of AWS is never one. */
const shortest = 8

/** The words of a value, and the value whole. */
function wordsOf(value: string): string[] {
  const words = [value, ...value.split(/\s+/)].flatMap((word) => [word, word.replace(/^["']|["']$/g, '')])
  return words.map((word) => word.trim()).filter((word) => word.length >= shortest)
}
