import { nearest } from '../config/nearest.ts'
import type { CheckedFile, Checkup } from './checkup.ts'
import { profileKeys, secretKeys, ssoSessionKeys } from './known-keys.ts'
import { filesOf } from './lines.ts'

export const hidden = '****'

/** Forty or more characters of a key or a token in one piece, whatever stands before it. */
const keyShape = /(?<![\w+/=])(?=[\w+/=]*[a-z])(?=[\w+/=]*[A-Z])(?=[\w+/=]*\d)[\w+/=]{40,}/g
const accessKeyId = /\b(A[KS]IA[A-Z0-9]{4})[A-Z0-9]{4,}(?=[A-Z0-9]{4}\b)/g

/** A function that hides in any text what the files hold as a secret, and what has the shape of one. */
export function concealer(checkup: Checkup): (text: string) => string {
  const secrets = filesOf(checkup).flatMap(secretsOf)
  const longest = [...new Set(secrets)].toSorted((a, b) => b.length - a.length)
  return (text) =>
    longest
      .reduce((shown, secret) => shown.replaceAll(secret, hidden), text)
      .replace(keyShape, hidden)
      .replace(accessKeyId, '$1…')
}

/** A line of a file with its value hidden where the key is a secret's, or none that is known. */
export function concealedLine(text: string): string {
  const [, before = '', key = '', between = '', value = ''] =
    /^(\s*[#;]*\s*)([^\s=:]*)(\s*[=:\s]\s*)(.*)$/s.exec(text) ?? []
  if (/^\s*\[/.test(text) || value === '') return text
  return isSecret(key) ? `${before}${key}${between}${hidden}` : text
}

/** Whether a key, misspelt or not, may hold a secret. */
export function isSecret(written: string): boolean {
  const key = written.trim().toLowerCase()
  if (profileKeys.includes(key) || ssoSessionKeys.includes(key)) return secretKeys.includes(key)
  if (/secret|passw|private|token(?!_file)/.test(key)) return true
  if (nearest(key, secretKeys) === null) return false
  return secretKeys.includes(nearest(key, [...profileKeys, ...ssoSessionKeys]) ?? '')
}

/** Every value of a secret's key, also of a commented, misspelt or malformed line, and what follows it indented. */
function secretsOf({ lines }: CheckedFile): string[] {
  const found: string[] = []
  let inSecret = false
  for (const { text } of lines) {
    const [, key = '', value = ''] = /^\s*[#;]*\s*([^\s=:]*)\s*[=:\s]\s*(.*?)\s*$/s.exec(text) ?? []
    if (isSecret(key)) {
      inSecret = true
      found.push(...pieces(value))
    } else if (inSecret && /^\s/.test(text) && !isKnown(key)) found.push(...pieces(text))
    else inSecret = false
  }
  return found
}

function isKnown(key: string): boolean {
  return profileKeys.includes(key.toLowerCase())
}

/** Short words would be found everywhere; a secret of AWS is never one. */
function pieces(value: string): string[] {
  const words = [value, ...value.split(/\s+/)].flatMap((word) => [word, word.replace(/^["']|["']$/g, '')])
  return words.map((word) => word.trim()).filter((word) => word.length >= 8)
}
