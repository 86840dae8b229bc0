import type { Json } from '../model.ts'

/**
 * Those of the address ranges in a list (`10.0.0.0/16`, `2001:db8::/56`) that share an address with another entry of it,
 * each once and in its order; one that is there twice shares all. What is no range is left out.
 */
export function findOverlapping(list: Json): readonly string[] {
  const ranges = (Array.isArray(list) ? list : []).flatMap((text) => {
    const range = typeof text === 'string' ? parseRange(text) : null
    return range ? [range] : []
  })
  const found = new Set<string>()
  let widest: Range | null = null
  for (const range of ranges.toSorted(compareRanges)) {
    // Ranges that begin earlier overlap this one if the one of them that ends last does.
    if (widest && widest.version === range.version && range.first <= widest.last) {
      found.add(widest.text)
      found.add(range.text)
      if (range.last <= widest.last) continue
    }
    widest = range
  }
  return [...new Set(ranges.map(({ text }) => text))].filter((text) => found.has(text))
}

/** A range of addresses, from the first to the last. */
export interface Range {
  readonly text: string
  readonly version: 4 | 6
  readonly first: bigint
  readonly last: bigint
}

/** By address, the wider first. */
function compareRanges(a: Range, b: Range): number {
  if (a.version !== b.version) return a.version - b.version
  if (a.first !== b.first) return a.first < b.first ? -1 : 1
  return a.last === b.last ? 0 : a.last > b.last ? -1 : 1
}

/** Reads `10.0.0.0/16` or `2001:db8::/56`; null for anything else. Bits behind the prefix are left out. */
export function parseRange(text: string): Range | null {
  const [, address = '', digits = ''] = /^([0-9a-fA-F.:]+)\/(\d{1,3})$/.exec(text) ?? []
  const version = address.includes(':') ? 6 : 4
  const bits = version === 6 ? 128 : 32
  const value = version === 6 ? parseIpv6(address) : parseIpv4(address)
  const prefix = Number(digits)
  if (value === null || digits === '' || prefix > bits) return null
  const size = 1n << BigInt(bits - prefix)
  const first = (value / size) * size
  return { text, version, first, last: first + size - 1n }
}

function parseIpv4(address: string): bigint | null {
  const parts = address.split('.').map((part) => (/^\d{1,3}$/.test(part) ? Number(part) : 256))
  if (parts.length !== 4 || parts.some((part) => part > 255)) return null
  return parts.reduce((value, part) => (value << 8n) | BigInt(part), 0n)
}

function parseIpv6(address: string): bigint | null {
  const halves = address.split('::').map((half) => half.split(':').filter((part) => part !== ''))
  const [head = [], tail = []] = halves
  const zeros = 8 - head.length - tail.length
  const isWhole = halves.length === 1 ? zeros === 0 : halves.length === 2 && zeros > 0
  const parts = [...head, ...Array<string>(Math.max(0, zeros)).fill('0'), ...tail]
  if (!isWhole || !parts.every((part) => /^[0-9a-fA-F]{1,4}$/.test(part))) return null
  return parts.reduce((value, part) => (value << 16n) | BigInt(`0x${part}`), 0n)
}
