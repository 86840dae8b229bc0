import { parseRegex, type RegexTree } from './regex-tree.ts'

/**
 * Makes the function that says whether a text matches a regular expression of JavaScript with the flag u. It takes at most
 * time in proportion to the length of the text times that of the expression: JavaScript's own engine tries every way to
 * match, of which `(a+)+$` has 2^n. So that engine, which is faster, is asked only where there are few ways.
 */
export function makeRegexTest(source: string): (text: string) => boolean {
  const tree = parseRegex(source)
  const pattern = new RegExp(source, 'u')
  const longest = findOther(tree) === null ? findLongest(tree) : Infinity
  if (longest === Infinity) return (text) => pattern.test(text)
  const finds = makeFinder(tree, { states: 0 })
  return (text) => (text.length <= longest ? pattern.test(text) : finds(Array.from(text), 0, 'anywhere'))
}

/** Whether a text of any length is answered fast: all those of a row in one, too. */
export function hasFewWays(source: string): boolean {
  return findLongest(parseRegex(source)) === Infinity
}

/** Why a valid regular expression cannot be asked in that time; null if it can. */
export function explainEndlessRegex(source: string): string | null {
  const tree = parseRegex(source)
  const other = findOther(tree)
  if (other !== null && countWays(tree, usual) <= usual) return null
  if (other !== null)
    return `The regex has ${other} among parts that repeat, which could take for ever: leave one of them out.`
  if (findLongest(tree) === Infinity) return null
  try {
    makeFinder(tree, { states: 0 })
    return null
  } catch (error) {
    if (error instanceof TooLarge) return 'The regex is too large: repeat less in it.'
    throw error
  }
}

/** Up to which length of a text there are few ways; 0 if there never are, Infinity if that holds for any. */
function findLongest(tree: RegexTree): number {
  // A match may begin at every character.
  const next = lengths.findIndex((length) => length * countWays(tree, length) > fewWays)
  return next < 0 ? Infinity : (lengths[next - 1] ?? 0)
}

/** In UTF-16 units. What AWS gives is seldom longer than the third of them, and all texts of a row seldom than the last. */
const lengths = [16, 32, 64, 256, 1024, 4096]

/** So many take some milliseconds. */
const fewWays = 2_000_000

/** Beside what only JavaScript's engine understands, one part may repeat in a text of this length. */
const usual = 1024

/** How many ways there are, at most, to go through a tree from one character of a text. */
function countWays(tree: RegexTree, length: number): number {
  switch (tree.type) {
    case 'set':
    case 'place':
      return 1
    case 'sequence':
      return tree.parts.reduce((product, part) => product * countWays(part, length), 1)
    case 'either':
      return tree.parts.reduce((sum, part) => sum + countWays(part, length), 0)
    case 'look':
      return countWays(tree.part, length)
    case 'other':
      return tree.part ? countWays(tree.part, length) : tree.name === 'a backreference' ? 1 : Infinity
    case 'repeat': {
      const each = countWays(tree.part, length)
      const most = tree.most === Infinity ? Math.max(length, tree.least) : tree.most
      return each === 1 ? most - tree.least + 1 : each ** most * (tree.least < most ? 2 : 1)
    }
  }
}

function findOther(tree: RegexTree): string | null {
  if (tree.type === 'other') return tree.name
  const parts = 'parts' in tree ? tree.parts : 'part' in tree && tree.part ? [tree.part] : []
  for (const part of parts) {
    const found = findOther(part)
    if (found !== null) return found
  }
  return null
}

/** Whether a text matches from a place on: beginning there or later and ending anywhere, or just there, or ending there. */
type Finder = (text: readonly string[], at: number, where: 'anywhere' | 'from here' | 'up to here') => boolean

type State =
  | { readonly type: 'character'; readonly passes: (char: string) => boolean; readonly next: number }
  | {
      readonly type: 'place'
      readonly holds: (text: readonly string[], at: number) => boolean
      readonly next: number
    }
  | { readonly type: 'fork'; readonly next: number[] }
  | { readonly type: 'end' }

class TooLarge extends Error {}

/** With more, each character of a text would take too long. */
const mostStates = 2000

/**
 * All ways are gone at once, character by character, as K. Thompson describes ("Regular Expression Search Algorithm",
 * 1968): what is in a state already is not gone again.
 */
function makeFinder(tree: RegexTree, used: { states: number }): Finder {
  const states: State[] = []
  const add = (state: State): number => {
    used.states += 1
    if (used.states > mostStates) throw new TooLarge()
    return states.push(state) - 1
  }
  const start = addTree(tree, add({ type: 'end' }), add, used)
  const seen = new Float64Array(states.length)
  let round = 0
  return (text, at, where) => {
    let waiting: number[] = []
    for (let place = where === 'up to here' ? 0 : at; ; place += 1) {
      if (where !== 'from here' || place === at) waiting.push(start)
      round += 1
      const next: number[] = []
      const char = text[place]
      while (waiting.length > 0) {
        const number = waiting.pop() ?? 0
        if (seen[number] === round) continue
        seen[number] = round
        const state = states[number] as State
        if (state.type === 'character') {
          if (char !== undefined && state.passes(char)) next.push(state.next)
        } else if (state.type === 'fork') waiting.push(...state.next)
        else if (state.type === 'place') {
          if (state.holds(text, place)) waiting.push(state.next)
        } else if (where !== 'up to here' || place === at) return true
      }
      if (char === undefined || (where === 'up to here' && place === at)) return false
      if (next.length === 0 && where === 'from here') return false
      waiting = next
    }
  }
}

type AddState = (state: State) => number

/** Adds the states of a tree before the one that follows it; gives the number of the first. */
function addTree(tree: RegexTree, next: number, add: AddState, used: { states: number }): number {
  switch (tree.type) {
    case 'set':
      return add({ type: 'character', passes: makeSetTest(tree.source), next })
    case 'place':
      return add({ type: 'place', holds: places[tree.is], next })
    case 'sequence':
      return tree.parts.reduceRight((following, part) => addTree(part, following, add, used), next)
    case 'either':
      return add({ type: 'fork', next: tree.parts.map((part) => addTree(part, next, add, used)) })
    case 'look':
      return add({ type: 'place', holds: makeLook(tree, used), next })
    case 'other':
      throw new Error(`no states for ${tree.name}`)
    case 'repeat': {
      const { part, least, most } = tree
      let first = next
      if (most === Infinity) {
        const ways: number[] = [next]
        first = add({ type: 'fork', next: ways })
        ways.push(addTree(part, first, add, used))
      } else {
        for (let count = least; count < most; count += 1)
          first = add({ type: 'fork', next: [next, addTree(part, first, add, used)] })
      }
      for (let count = 0; count < least; count += 1) first = addTree(part, first, add, used)
      return first
    }
  }
}

const places = {
  start: (_: readonly string[], at: number) => at === 0,
  end: (text: readonly string[], at: number) => at === text.length,
  'word edge': isWordEdge,
  'no word edge': (text: readonly string[], at: number) => !isWordEdge(text, at),
} as const

function isWordEdge(text: readonly string[], at: number): boolean {
  return /^\w$/.test(text[at - 1] ?? '') !== /^\w$/.test(text[at] ?? '')
}

/** What is looked for from a place is found out once for each place of a text. */
function makeLook(
  { part, behind, inverse }: Extract<RegexTree, { type: 'look' }>,
  used: { states: number },
): (text: readonly string[], at: number) => boolean {
  const finds = makeFinder(part, used)
  let known: { readonly text: readonly string[]; readonly found: Map<number, boolean> } | null = null
  return (text, at) => {
    if (known?.text !== text) known = { text, found: new Map() }
    const found = known.found.get(at) ?? finds(text, at, behind ? 'up to here' : 'from here')
    known.found.set(at, found)
    return found !== inverse
  }
}

/** Whether a character is in a set, which JavaScript's engine knows: asked once for each of the usual ones. */
function makeSetTest(source: string): (char: string) => boolean {
  const pattern = new RegExp(`^${source}$`, 'u')
  const known = new Map<string, boolean>()
  return (char) => {
    let passes = known.get(char)
    if (passes === undefined) {
      passes = pattern.test(char)
      if (known.size < 1000) known.set(char, passes)
    }
    return passes
  }
}
