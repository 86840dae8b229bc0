import { expect, test } from 'vitest'
import { measureWidth } from '../../src/output/cell.ts'
import { drawFrame } from '../../src/ui/draw/frame.ts'
import { sayNotes } from '../../src/ui/say-notes.ts'
import { pickerOf } from '../../src/ui/state/picker.ts'
import type { State } from '../../src/ui/state/state.ts'
import { driveKeys, screen } from './state.ts'

const added = 'Profile brand-new is new, and shown with the others.'
const long = `/home/someone/.aws/config:12: the section stands twice; the AWS CLI refuses the ${'file '.repeat(9)}`

/** The line of messages at the start. */
function startWith(notes: readonly string[], columns: number, overlay: State['overlay'] = null) {
  const ui = driveKeys({ ...screen(columns, 24), notes, overlay }, [1])
  ui.send({ type: 'message', tone: 'warning', ...sayNotes(ui.state()) })
  const line = drawFrame(ui.state(), (text) => text).at(-2) ?? ''
  expect(measureWidth(line)).toBe(columns)
  return line.trimEnd()
}

test('a note that has room at the start is said as it is', () => {
  expect(startWith([added], 80)).toBe(added)
})

test.each([40, 80])(
  'a note that is longer than %i cells ends with the key that shows all of it',
  (columns) => {
    expect(startWith([long], columns)).toMatch(/^\/home\/someone\/.*… press !$/)
    expect(startWith([long], 300)).toBe(long.trimEnd())
  },
)

test('of several notes the line says the first, how many there are beside it, and the key', () => {
  expect(startWith([added, long], 80)).toBe(`${added} 1 more: press !`)
  expect(startWith([long, added, added], 80)).toMatch(/… 2 more: press !$/)
})

test('over a list, which has no such key, the line says where it works', () => {
  const list = pickerOf('profiles', screen().choices.profiles, [])
  expect(startWith([long], 80, list)).toMatch(/… ! on the table$/)
})
