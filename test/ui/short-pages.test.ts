import { describe, expect, test } from 'vitest'
import { drawFrame } from '../../src/ui/draw/frame.ts'
import { makePaint } from '../../src/ui/draw/style.ts'
import type { LoginOverlay } from '../../src/ui/state/short-page-state.ts'
import type { Overlay, State } from '../../src/ui/state/state.ts'
import { driveKeys, screen } from './state.ts'

const url = 'https://device.sso.eu-west-1.amazonaws.com/device'
const login: LoginOverlay = {
  type: 'login',
  name: 'sso-session acme',
  url,
  code: 'ABCD-EFGH',
  complete: `${url}?user_code=ABCD-EFGH`,
  top: 0,
}
const welcome = {
  type: 'welcome',
  looked: ['/home/someone/.aws/config', '/home/someone/.aws/credentials'],
  problems: [],
  top: 0,
} as const

describe.each([
  ['a sign-in', login, 'The accounts behind it are read'],
  ['the first page', welcome, 'then start muster again.'],
] as const)('%s', (_, overlay, end) => {
  test('shows every word at 40×10: what does not fit is scrolled to', () => {
    const ui = driveKeys({ ...screen(40, 10), overlay }, [])
    const title = () => drawFrame(ui.state(), makePaint(false))[0]
    expect(title()).toMatch(/ 1\/\d+ /)
    const seen = new Set(body(ui.state()))
    for (let pressed = 0; pressed < 40; pressed += 1) {
      ui.press('j')
      for (const line of body(ui.state())) seen.add(line)
    }
    const words = [...seen].join(' ').replace(/\s+/g, ' ')
    expect(words).toContain(end.split(' ')[0])
    expect(body(ui.state()).join(' ').replace(/\s+/g, ' ')).toContain(end.split(' ').at(-1))
    if (overlay.type === 'login') expect(words).toContain('ABCD-EFGH')
    else for (const key of ['<d>', '<i>', '<q>']) expect(words).toContain(key)
    expect(title()).not.toMatch(/ 1\/\d+ /)
    // One key leads back, however often the other was pressed.
    const before = body(ui.state())
    ui.press('k')
    expect(body(ui.state())).not.toEqual(before)
    for (let pressed = 0; pressed < 40; pressed += 1) ui.press('k')
    expect(body(ui.state())[0]).toMatch(/^ {2}(Sign in|muster shows)/)
  })

  test('fits on a usual terminal, with its empty lines', () => {
    const ui = driveKeys({ ...screen(80, 24), overlay }, [])
    const lines = body(ui.state())
    expect(lines.join('\n')).toContain(end)
    expect(lines[0]).toBe('')
    ui.press('j')
    expect(body(ui.state())).toEqual(lines)
  })
})

test('the first page names what is wrong in ~/.aws', () => {
  const problems = Array.from({ length: 7 }, (_, index) => `config:${index + 1}: no closing bracket`)
  const shown = (some: readonly string[]) =>
    body({ ...screen(80, 40), overlay: { ...welcome, problems: some } as Overlay }).join('\n')
  expect(shown(problems)).toContain('config:5: no closing bracket\n    and 2 more\n')
  expect(shown(problems)).toContain('`muster doctor` names all of it and says how to fix it.')
  expect(shown([])).not.toContain('muster doctor')
})

/** The lines between the title and the footer. */
function body(state: State): readonly string[] {
  return drawFrame(state, makePaint(false))
    .slice(1, -2)
    .map((line) => line.replaceAll(/\u001b\[\d+m/g, '').trimEnd())
}
