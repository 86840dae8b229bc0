import type { Key } from 'ink'

/**
 * The names of the keys in one event of Ink, as the table of keys writes them: `j`, `G`, `ctrl-f`, `shift-left`,
 * `enter`, `esc`, `up`. Fast typing comes in one event (`jjj`), so there may be several.
 */
export function readKeyNames(input: string, key: Key): readonly string[] {
  const special = nameSpecialKey(key)
  if (special) return [key.shift && !withoutShift.has(special) ? `shift-${special}` : special]
  if (key.ctrl && input.length === 1) return [`ctrl-${input}`]
  if (key.meta) return input === '' ? ['esc'] : [`alt-${input}`]
  return Array.from(segmenter.segment(input), ({ segment }) => nameCharacter(segment))
}

const segmenter = new Intl.Segmenter()
const withoutShift = new Set(['enter', 'esc', 'backspace', 'delete'])

const names = [
  ['upArrow', 'up'],
  ['downArrow', 'down'],
  ['leftArrow', 'left'],
  ['rightArrow', 'right'],
  ['pageUp', 'pgup'],
  ['pageDown', 'pgdn'],
  ['home', 'home'],
  ['end', 'end'],
  ['return', 'enter'],
  ['escape', 'esc'],
  ['tab', 'tab'],
  ['backspace', 'backspace'],
  ['delete', 'delete'],
] as const

function nameSpecialKey(key: Key): string | null {
  return names.find(([flag]) => key[flag])?.[1] ?? null
}

/** Control characters inside a burst: `/web` and enter may arrive in one event. */
function nameCharacter(character: string): string {
  const code = character.codePointAt(0) ?? 0
  if (character === '\r' || character === '\n' || character === '\r\n') return 'enter'
  if (character === '\t') return 'tab'
  if (code === 0x1b) return 'esc'
  if (code === 0x7f || code === 0x08) return 'backspace'
  if (code > 0 && code < 0x1b) return `ctrl-${String.fromCharCode(code + 0x60)}`
  return character
}
