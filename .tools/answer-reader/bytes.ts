/** Whether bytes stand at two places. Behind each, fifteen more can be read. */
// inline
export function isSame(one: usize, other: usize, length: usize): bool {
  let rest = length
  let a = one
  let b = other
  while (rest >= 16) {
    if (v128.any_true(v128.xor(v128.load(a), v128.load(b)))) return false
    a += 16
    b += 16
    rest -= 16
  }
  if (rest === 0) return true
  const equal = i8x16.bitmask(i8x16.eq(v128.load(a), v128.load(b)))
  return (~equal & ((1 << (<i32>rest)) - 1)) === 0
}

/** Copies bytes to a place behind them, and up to fifteen more. */
// inline
export function copyBytes(to: usize, from: usize, length: usize): void {
  for (let place: usize = 0; place < length; place += 16) v128.store(to + place, v128.load(from + place))
}

/** As many bytes as the header of an element of JSONB takes (src/jsonb-elements.ts). */
// inline
export function headerLength(size: usize): usize {
  return size < 12 ? 1 : size < 256 ? 2 : size < 65536 ? 3 : 5
}

/** Writes the header of an element. Gives where it ends. */
// inline
export function putHeader(to: usize, type: u32, size: usize): usize {
  if (size < 12) {
    store<u8>(to, ((<u32>size) << 4) | type)
    return to + 1
  }
  if (size < 256) {
    store<u8>(to, 0xc0 | type)
    store<u8>(to, <u32>size, 1)
    return to + 2
  }
  return putLongHeader(to, type, size)
}

function putLongHeader(to: usize, type: u32, size: usize): usize {
  if (size < 65536) {
    store<u8>(to, 0xd0 | type)
    store<u16>(to, bswap<u16>(<u16>size), 1)
    return to + 3
  }
  store<u8>(to, 0xe0 | type)
  store<u32>(to, bswap<u32>(<u32>size), 1)
  return to + 5
}

/** Where the content of an element begins. */
export function contentOf(element: usize): usize {
  const size = load<u8>(element) >> 4
  return size < 12 ? element + 1 : element + 1 + ((<usize>1) << (size - 12))
}

export function sizeOf(element: usize): usize {
  const size = <usize>load<u8>(element) >> 4
  if (size < 12) return size
  if (size === 12) return <usize>load<u8>(element, 1)
  if (size === 13) return <usize>bswap<u16>(load<u16>(element, 1))
  // Of the eight bytes that a size may take, the first four are 0.
  return <usize>bswap<u32>(load<u32>(size === 14 ? element + 1 : element + 5))
}
