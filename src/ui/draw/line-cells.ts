/** One cell of a line: a character that all terminals show in one cell, and the SGR codes that it is shown with. */
export interface LineCell {
  readonly text: string
  /** As in `1;36`; empty for the terminal's own style. */
  readonly style: string
}

/**
 * A drawn line as its cells, without blanks at its end. Null if terminals may show it in other cells than these: it has to be
 * drawn whole, as nobody knows where a part of it stands.
 */
export function readCells(line: string): readonly LineCell[] | null {
  const cells: LineCell[] = []
  let style = ''
  let slots: Slots = {}
  for (let at = 0; at < line.length; at += 1) {
    const text = line[at] as string
    if (text === '\u001b') {
      sgr.lastIndex = at
      const found = sgr.exec(line)
      const next = found && applyCodes(slots, found[1] ?? '')
      if (!found || !next) return null
      slots = next
      style = Object.values(slots).join(';')
      at += found[0].length - 1
    } else if (isAgreed(text)) {
      cells.push({ text, style })
    } else return null
  }
  while (cells.at(-1)?.text === ' ' && cells.at(-1)?.style === '') cells.pop()
  return cells
}

/** The signs of muster's own, and printable ASCII: of all else, terminals may take another number of cells. */
function isAgreed(text: string): boolean {
  return (text >= ' ' && text <= '~') || signs.test(text)
}

// · … ─-◿ ✓ ✕
const signs = /[\u00b7\u2026\u2500-\u25ff\u2713\u2715]/

const sgr = /\u001b\[([\d;]*)m/y

/** The codes that are in force, by what they change: always in the same order, so that equal styles are equal texts. */
type Slots = Readonly<Partial<Record<Slot, string>>>
type Slot = (typeof order)[number]

const order = ['bold', 'dim', 'italic', 'underline', 'inverse', 'crossed', 'colour', 'background'] as const

const setters: Readonly<Record<string, Slot>> = {
  1: 'bold',
  2: 'dim',
  3: 'italic',
  4: 'underline',
  7: 'inverse',
  9: 'crossed',
}

const enders: Readonly<Record<string, readonly Slot[]>> = {
  22: ['bold', 'dim'],
  23: ['italic'],
  24: ['underline'],
  27: ['inverse'],
  29: ['crossed'],
  39: ['colour'],
  49: ['background'],
}

/** ECMA-48, 8.3.117 (SGR). Null for a code that is not known here. */
function applyCodes(before: Slots, codes: string): Slots | null {
  const slots: Partial<Record<Slot, string>> = { ...before }
  const rest = codes === '' ? ['0'] : codes.split(';')
  while (rest.length > 0) {
    const code = rest.shift() as string
    const setter = setters[code]
    if (code === '0') for (const slot of order) delete slots[slot]
    else if (setter) slots[setter] = code
    else if (enders[code]) for (const slot of enders[code]) delete slots[slot]
    else if (/^(3|9)[0-7]$/.test(code)) slots.colour = code
    else if (/^(4|10)[0-7]$/.test(code)) slots.background = code
    else if (code === '38' || code === '48') {
      const more = rest.splice(0, rest[0] === '5' ? 2 : 4)
      slots[code === '38' ? 'colour' : 'background'] = [code, ...more].join(';')
    } else return null
  }
  return Object.fromEntries(order.flatMap((slot) => (slots[slot] ? [[slot, slots[slot]]] : [])))
}
