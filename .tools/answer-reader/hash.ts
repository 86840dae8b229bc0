// NH with words of 32 bits (Black, Halevi, Krawczyk, Krovetz, Rogaway: UMAC: Fast and Secure Message Authentication, CRYPTO
// '99; RFC 4418, 5.2.2), three times, each under the key 32 bytes further on: Toeplitz's construction, by Theorem 3 there.
// Of 32 bytes, each word of the first half is multiplied with its word of the second.

/** Where JavaScript puts the key: 64 bytes longer than the longest text. */
const keyBegin: usize = 0x1000
/** What of a text is less than 32 bytes, with zeros behind it. */
const restBegin: usize = 0x6000
/** Three sums of 64 bits, and the length of the text in 32. */
const hashBegin: usize = 0x6040

/** Hashes a text of 16,384 bytes at most. */
export function hashText(from: usize, to: usize): void {
  const length = to - from
  const whole = length & ~31
  const rest = length & 31
  v128.store(hashBegin, i64x2.splat(0))
  v128.store(hashBegin, i64x2.splat(0), 16)
  add(from, from + whole, keyBegin)
  if (rest > 0) {
    v128.store(restBegin, i64x2.splat(0))
    v128.store(restBegin, i64x2.splat(0), 16)
    memory.copy(restBegin, from + whole, rest)
    add(restBegin, restBegin + 32, keyBegin + whole)
  }
  store<u32>(hashBegin, <u32>length, 24)
}

function add(from: usize, to: usize, keyFrom: usize): void {
  let first = i64x2.splat(0)
  let second = i64x2.splat(0)
  let third = i64x2.splat(0)
  let key = keyFrom
  for (let place = from; place < to; place += 32, key += 32) {
    const one = v128.load(place)
    const other = v128.load(place, 16)
    const a = i32x4.add(one, v128.load(key))
    const b = i32x4.add(other, v128.load(key, 16))
    first = i64x2.add(first, i64x2.add(i64x2.extmul_low_i32x4_u(a, b), i64x2.extmul_high_i32x4_u(a, b)))
    const c = i32x4.add(one, v128.load(key, 32))
    const d = i32x4.add(other, v128.load(key, 48))
    second = i64x2.add(second, i64x2.add(i64x2.extmul_low_i32x4_u(c, d), i64x2.extmul_high_i32x4_u(c, d)))
    const e = i32x4.add(one, v128.load(key, 64))
    const f = i32x4.add(other, v128.load(key, 80))
    third = i64x2.add(third, i64x2.add(i64x2.extmul_low_i32x4_u(e, f), i64x2.extmul_high_i32x4_u(e, f)))
  }
  addSum(hashBegin, first)
  addSum(hashBegin + 8, second)
  addSum(hashBegin + 16, third)
}

function addSum(place: usize, sums: v128): void {
  store<u64>(place, load<u64>(place) + i64x2.extract_lane(sums, 0) + i64x2.extract_lane(sums, 1))
}
