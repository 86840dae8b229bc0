import { SocketAddress } from 'node:net'

/** The ranges that an address lies in, as EC2 writes them, the narrowest first: those that a VPC or a subnet can have. */
export function listEnclosingRanges(address: string): readonly string[] {
  return address.includes(':') ? rangesOf(address, 6, 128, 8) : rangesOf(address, 4, 32, 8)
}

function rangesOf(address: string, version: 4 | 6, bits: number, least: number): readonly string[] {
  const value = version === 4 ? ipv4Number(address) : ipv6Number(address)
  return Array.from({ length: bits - least + 1 }, (_, index) => {
    const length = bits - index
    const shift = BigInt(bits - length)
    const first = (value >> shift) << shift
    return `${version === 4 ? formatIpv4(first) : formatIpv6(first)}/${length}`
  })
}

function ipv4Number(address: string): bigint {
  return address.split('.').reduce((sum, part) => sum * 256n + BigInt(part), 0n)
}

function formatIpv4(value: bigint): string {
  return [24n, 16n, 8n, 0n].map((shift) => String((value >> shift) & 255n)).join('.')
}

function ipv6Number(address: string): bigint {
  const [head = '', tail] = address.split('::')
  const groupsOf = (part: string) => part.split(':').filter((group) => group !== '')
  const [before, after] = [groupsOf(head), groupsOf(tail ?? '')]
  const zeros = tail === undefined ? 0 : 8 - before.length - after.length
  const groups = [...before, ...Array.from({ length: zeros }, () => '0'), ...after]
  return groups.reduce((sum, group) => sum * 65_536n + BigInt(`0x${group}`), 0n)
}

function formatIpv6(value: bigint): string {
  const groups = Array.from({ length: 8 }, (_, index) =>
    ((value >> BigInt(112 - 16 * index)) & 65_535n).toString(16),
  )
  return new SocketAddress({ address: groups.join(':'), family: 'ipv6' }).address
}
