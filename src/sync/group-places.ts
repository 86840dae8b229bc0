/** The groups of a pass, by their ids: the place of each, and how many of its members have come. */
export interface GroupPlaces {
  /** Counts one more member of a group; `place` is that of a new one. Gives the place of the group and the member's number. */
  readonly add: (id: string, place: number) => readonly [place: number, member: number]
  readonly set: (id: string, place: number, members: number) => void
}

/**
 * A table of numbers: a million groups, each in an object under its text, would take 140 MB, and here take 30. Ids that are
 * not EC2's (`r-` and up to 17 hex digits) are few, and stand in a map.
 */
export function makeGroupPlaces(): GroupPlaces {
  const others = new Map<string, Entry>()
  const key = new Uint32Array(wordsOfKey)
  let size = 0
  let table = new Uint32Array(wordsOfEntry * 16)
  const grow = () => {
    const before = table
    table = new Uint32Array(2 * before.length)
    for (let at = 0; at < before.length; at += wordsOfEntry) {
      if (before[at] !== 0)
        table.set(before.subarray(at, at + wordsOfEntry), find(table, before.subarray(at)))
    }
  }
  /** Where a group stands, or is to stand; it is not new if there is a key. */
  const enter = (): number => {
    if (wordsOfEntry * (size + 1) > mostFull * table.length) grow()
    return find(table, key)
  }
  const write = (at: number, place: number, members: number) => {
    if (table[at] === 0) size += 1
    table.set(key, at)
    table[at + wordsOfKey] = place
    table[at + wordsOfKey + 1] = members
  }
  return {
    add(id, place) {
      if (!readKey(id, key)) {
        const known = others.get(id) ?? { place, members: 0 }
        others.set(id, { ...known, members: known.members + 1 })
        return [known.place, known.members]
      }
      const at = enter()
      if (table[at] === 0) {
        write(at, place, 1)
        return [place, 0]
      }
      const members = table[at + wordsOfKey + 1] as number
      table[at + wordsOfKey + 1] = members + 1
      return [table[at + wordsOfKey] as number, members]
    },
    set(id, place, members) {
      if (readKey(id, key)) write(enter(), place, members)
      else others.set(id, { place, members })
    },
  }
}

interface Entry {
  readonly place: number
  readonly members: number
}

const wordsOfKey = 3
const wordsOfEntry = 5
const mostFull = 0.75
const digitsOfWord = 6
const longestId = 19

/** Writes an id as numbers, 24 bits each; false if it is not of the form. No two ids have the same. */
function readKey(id: string, key: Uint32Array): boolean {
  if (id.length > longestId || !id.startsWith('r-')) return false
  key.fill(0)
  // In front of the digits, a one keeps leading zeros.
  let [word, value, digits] = [0, 1, 1]
  for (let at = 2; at < id.length; at += 1) {
    const digit = hexDigit(id.charCodeAt(at))
    if (digit < 0) return false
    if (digits === digitsOfWord) {
      key[word++] = value
      value = 0
      digits = 0
    }
    value = value * 16 + digit
    digits += 1
  }
  // A later word is as full as it is: its digits are known by the length of the id, which the last word has.
  key[word] = value
  key[wordsOfKey - 1] = (key[wordsOfKey - 1] as number) + 2 ** 24 * id.length
  return true
}

function hexDigit(code: number): number {
  if (code >= 48 && code <= 57) return code - 48
  return code >= 97 && code <= 102 ? code - 87 : -1
}

/** The first free entry, or that of the key, from where its hash leads to. */
function find(table: Uint32Array, key: Uint32Array): number {
  const entries = table.length / wordsOfEntry
  let hash = key[0] as number
  for (let word = 1; word < wordsOfKey; word += 1) {
    hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d) ^ (key[word] as number)
  }
  hash = Math.imul(hash ^ (hash >>> 15), 0x297a2d39)
  for (let entry = ((hash ^ (hash >>> 13)) >>> 0) % entries; ; entry = (entry + 1) % entries) {
    const at = entry * wordsOfEntry
    if (table[at] === 0) return at
    if (table[at] === key[0] && table[at + 1] === key[1] && table[at + 2] === key[2]) return at
  }
}
