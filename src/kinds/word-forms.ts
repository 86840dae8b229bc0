import { isIPv6, SocketAddress } from 'node:net'

/**
 * The words of a value by which it can be looked up: the value itself if it is an id, an address or a range of them, a
 * DNS name or an ARN by its form, and the ids that stand in a longer text. Each in the form that `wordOf` gives.
 */
export function listWords(value: string): readonly string[] {
  const whole = wordOf(value)
  if (whole !== null && !whole.includes(':')) return [whole]
  if (!value.includes('-')) return whole === null ? [] : [whole]
  const inside = (value.match(idInside) ?? []).filter((id) => id !== whole)
  return whole === null ? inside : [whole, ...inside]
}

/**
 * A text in the one form in which it is looked up: small letters for ids and names, the shortest form of an IPv6 address.
 * Null if it is neither an id, an address, a DNS name nor an ARN by its form.
 */
export function wordOf(text: string): string | null {
  if (text.length < 3 || text.length > longest) return null
  if (id.test(text)) return text
  if (ipv4.test(text)) return text
  if (text.includes(':')) return text.startsWith('arn:') ? text : ipv6Word(text)
  return dnsName.test(text) && !instanceType.test(text) ? text.toLowerCase().replace(/\.$/, '') : null
}

/** Whether a text is an IPv4 or IPv6 address, and no range. */
export function isAddressWord(word: string): boolean {
  return !word.includes('/') && (ipv4.test(word) || isIPv6(word))
}

/** What stands before the last hyphen of an id: `vol` of `vol-0123456789abcdef0`. Null for what is no id by its form. */
export function prefixOf(word: string): string | null {
  const end = id.test(word) ? word.search(idEnd) : -1
  return end > 0 ? word.slice(0, end) : null
}

/** A name of 32 bits: FNV-1a over the bytes of a word. */
export function hashWord(word: string): number {
  let hash = 0x811c9dc5
  for (let at = 0; at < word.length; at += 1) {
    const code = word.charCodeAt(at)
    if (code > 127) return hashBytes(Buffer.from(word))
    hash = Math.imul(hash ^ code, 0x01000193)
  }
  return hash >>> 0
}

function hashBytes(bytes: Uint8Array): number {
  let hash = 0x811c9dc5
  for (const byte of bytes) hash = Math.imul(hash ^ byte, 0x01000193)
  return hash >>> 0
}

/** An ARN has at most 2048 characters (IAM API reference). */
const longest = 2048

/**
 * A prefix, and 8 or 17 hexadecimal digits (EC2 user guide, Resource IDs), or a UUID: fleets have one behind their
 * prefix, reserved instances one without.
 */
const prefix = '[a-z][a-z0-9]*(?:-[a-z][a-z0-9]*)*'
const uuid = '[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}'
const prefixedId = `(?:${prefix})-(?:[0-9a-f]{17}|${uuid}|[0-9a-f]{8})`
const id = new RegExp(`^(?:${prefixedId}|${uuid})$`)
const idInside = new RegExp(`(?<![\\w.-])${prefixedId}(?![\\w-])`, 'g')
const idEnd = new RegExp(`-(?:[0-9a-f]{17}|${uuid}|[0-9a-f]{8})$`)
const ipv4 = /^(?:\d{1,3}\.){3}\d{1,3}(?:\/\d{1,2})?$/
const dnsName = /^(?=.*[a-z])[a-z0-9_*-]+(?:\.[a-z0-9_-]+)*\.[a-z][a-z0-9-]*[a-z]\.?$/i
const instanceType = /\.(?:nano|micro|small|medium|large|\d*xlarge|metal(?:-\d+xl)?)$/

function ipv6Word(text: string): string | null {
  const [host = '', bits, ...more] = text.split('/')
  if (more.length > 0 || !isIPv6(host) || host.includes('%')) return null
  if (bits !== undefined && !/^\d{1,3}$/.test(bits)) return null
  const { address } = new SocketAddress({ address: host, family: 'ipv6' })
  return bits === undefined ? address : `${address}/${bits}`
}
