import { jsonbTypes } from '../jsonb-elements.ts'
import type { BytePlan, StructureBytes, Tag } from './byte-plan.ts'
import { isOpening, notPlain, openMember, readCells, type Tape, takeCells } from './tape.ts'
import { addMember, closeElement, copyElement, type JsonbBytes, openElement } from './tape-jsonb.ts'
import { isRepeated } from './words.ts'

/**
 * Of each member of an answer's items, by its place in their plan, where it last came: four numbers, from where to where
 * its element stands in the answer, and it with its name in the JSONB. Half of an instance's members are, byte for byte,
 * those of an instance before it: they are neither read nor written anew, but copied. None has come while all four are 0.
 */
export type MembersBefore = Int32Array

export function makeMembersBefore(plan: StructureBytes): MembersBefore {
  return new Int32Array(4 * plan.members.length)
}

/** What stands in the cell of a member that came before, byte for byte. */
const sameAsBefore = -1

/**
 * Reads the item whose tag was opened last to the end of it: its cells are those of a structure. The member at the place
 * `unlike` is read in any case.
 */
export function readItem(
  tape: Tape,
  plan: StructureBytes,
  tag: Tag,
  before: MembersBefore,
  unlike: number,
): number {
  const { tags, members, followers } = plan
  const made = takeCells(tape, tags.length)
  let last = tags.length
  while (isOpening(tape, tag)) {
    const { at } = tape
    let place = followers[2 * last] as number
    const isSame =
      place >= 0 &&
      place !== unlike &&
      isRepeated(tape.read, at, before[4 * place] as number, before[4 * place + 1] as number)
    if (isSame) tape.at = at + (before[4 * place + 1] as number) - (before[4 * place] as number)
    else {
      place = openMember(tape, plan, last)
      if (place < 0) continue
    }
    last = place
    const value = isSame ? sameAsBefore : readCells(tape, members[place] as BytePlan, tags[place] as Tag, 1)
    const { cells } = tape
    if (cells[made + place] !== 0) throw notPlain
    cells[made + place] = value
    before[4 * place] = at
    before[4 * place + 1] = tape.at
  }
  return made
}

/**
 * Adds an item, as SQLite's `jsonb` makes it of what JSON.stringify writes: the same bytes, so that documents can be
 * compared by them. Gives where it begins and ends.
 */
export function addItem(
  jsonb: JsonbBytes,
  tape: Tape,
  plan: StructureBytes,
  item: number,
  before: MembersBefore,
): readonly [begin: number, end: number] {
  const { cells } = tape
  const { members, header } = plan
  const whole = jsonb.top
  const begin = openElement(jsonb, header)
  for (let place = 0; place < members.length; place += 1) {
    const value = cells[item + place] as number
    if (value === 0) continue
    const { top } = jsonb
    if (value === sameAsBefore)
      copyElement(jsonb, before[4 * place + 2] as number, before[4 * place + 3] as number)
    else addMember(jsonb, tape, plan, place, value)
    before[4 * place + 2] = top
    before[4 * place + 3] = jsonb.top
  }
  plan.header = closeElement(jsonb, jsonbTypes.object, begin, header)
  if (plan.header !== header) moveBehind(before, begin, plan.header - header)
  return [whole, jsonb.top]
}

/** Notes that what stands in the JSONB from a place on has moved. */
function moveBehind(before: MembersBefore, begin: number, by: number): void {
  for (let at = 2; at < before.length; at += 4) {
    if ((before[at] as number) < begin) continue
    before[at] = (before[at] as number) + by
    before[at + 1] = (before[at + 1] as number) + by
  }
}
