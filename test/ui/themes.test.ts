import { readdirSync, readFileSync } from 'node:fs'
import stringWidth from 'string-width'
import { describe, expect, test } from 'vitest'
import { parseOptions } from '../../src/app/options.ts'
import { themeNames } from '../../src/config/settings.ts'
import type { Io } from '../../src/io.ts'
import { drawFrame } from '../../src/ui/draw/frame.ts'
import { toPlainSigns } from '../../src/ui/draw/plain-signs.ts'
import { paintOf, themeColours } from '../../src/ui/draw/themes.ts'
import { chooseLook, writesUnicode } from '../../src/ui/look.ts'
import { driveKeys, screen, upTo } from './state.ts'

const anyCode = /\u001b\[[\d;]*m/g

describe.each(Object.entries(themeColours))('the theme %s', (name, { background, ...pairs }) => {
  test.each(Object.entries(pairs))('can be read: %s on its background', (_, colour) => {
    const least = name === 'high-contrast' ? 7 : 4.5
    expect(contrastOf(colour, background)).toBeGreaterThanOrEqual(least)
  })

  test('colours every cell of the screen, and no cell with a colour of the terminal’s own', () => {
    const ui = driveKeys({ ...screen(), demo: true }, upTo(30))
    ui.list(upTo(30))
    for (const line of drawFrame(ui.state(), paintOf(name as keyof typeof themeColours))) {
      expect(stringWidth(line.replaceAll(anyCode, ''))).toBe(80)
      const numbers = [...line.matchAll(/\u001b\[(?:38|48);5;(\d+)m/g)].map(([, number]) => Number(number))
      expect([background, ...Object.values(pairs)]).toEqual(expect.arrayContaining(numbers))
      expect(line).not.toMatch(/\u001b\[(?:2|3[0-7]|4[0-7])m/)
      expect(line).toMatch(/^\u001b\[38;5;\d+m\u001b\[48;5;\d+m/)
    }
  })
})

describe('the theme', () => {
  test.each(['none', 'terminal'] as const)('%s has no background of its own', (name) => {
    const ui = driveKeys(screen(), upTo(30))
    ui.list(upTo(30))
    const text = drawFrame(ui.state(), paintOf(name)).join('')
    expect(text).not.toMatch(/\u001b\[(?:4\d|38|48)/)
    expect(/\u001b\[3\dm/.test(text)).toBe(name === 'terminal')
    expect(text).toContain('\u001b[7m')
  })

  test.each([
    [[], {}, null, 'terminal'],
    [[], { NO_COLOR: '1' }, null, 'none'],
    [[], { NO_COLOR: '' }, null, 'terminal'],
    [[], { NO_COLOR: '1' }, 'light', 'light'],
    [['--theme', 'dark'], { NO_COLOR: '1' }, 'light', 'dark'],
    [['--theme', 'none'], {}, 'light', 'none'],
  ] as const)('of %j with %j and the setting %s is %s', (words, env, setting, expected) => {
    const io = { env, columns: 80 } as unknown as Io
    const args = parseOptions([...words], ['theme'])
    expect(chooseLook(args, { theme: setting, mouse: true }, io).theme).toBe(expected)
  })

  test('that does not exist is a usage error that names those that do', () => {
    const args = parseOptions(['--theme', 'pink'], ['theme'])
    const io = { env: {}, columns: 80 } as unknown as Io
    expect(() => chooseLook(args, { theme: null, mouse: true }, io)).toThrow(
      "--theme takes terminal, dark, light, high-contrast, none, not 'pink'.",
    )
  })

  test('is changed by :theme, whose names tab completes; a wrong one leaves the line', () => {
    const ui = driveKeys(screen(), upTo(3))
    ui.list(upTo(3))
    ui.press(':', ...'theme li', 'tab', 'enter')
    expect(ui.state().look.theme).toBe('light')
    expect(ui.state().overlay).toBeNull()
    ui.press(':', ...'theme pink', 'enter')
    expect(ui.state().message?.text).toBe(`:theme takes ${themeNames.join(', ')}.`)
    expect(ui.state().overlay).toMatchObject({ type: 'command', line: { text: 'theme pink' } })
    expect(ui.state().look.theme).toBe('light')
  })
})

describe('a terminal whose locale is not of Unicode', () => {
  test.each([
    [{ LANG: 'C' }, false],
    [{ LANG: 'en_GB.UTF-8', LC_ALL: 'C' }, false],
    [{ LANG: 'en_GB.UTF-8', LC_CTYPE: 'POSIX' }, false],
    [{ LANG: 'de_DE.ISO-8859-1' }, false],
    [{ LANG: 'de_DE@euro' }, false],
    [{ LANG: 'C', LC_ALL: 'C.UTF-8' }, true],
    [{ LANG: 'de_DE.utf8', LC_ALL: '' }, true],
    [{}, true],
  ])('is one with %j: %s', (env, expected) => {
    expect(writesUnicode(env)).toBe(expected)
  })

  test('shows ASCII alone, in the same cells', () => {
    const { look, ...state } = screen(80, 24)
    const ui = driveKeys({ ...state, look: { ...look, plainSigns: true } }, upTo(30))
    ui.list(upTo(30))
    const lines = drawFrame(ui.state(), paintOf('none'))
    const whole = drawFrame({ ...ui.state(), look }, paintOf('none'))
    for (const [at, line] of lines.entries()) {
      expect(line).toMatch(/^[\u0000-\u007e]*$/)
      expect(stringWidth(line)).toBe(stringWidth(whole[at] ?? ''))
    }
    expect(lines[0]).toMatch(/^\S*-- ?/)
  })

  test('shows a question mark for each cell of a letter that it does not have', () => {
    expect(toPlainSigns('● web-日本 é')).toBe('* web-???? ?')
  })

  test('has a plain sign for every sign that the screen’s own texts hold', () => {
    const root = new URL('../../src/', import.meta.url).pathname
    const files = readdirSync(`${root}ui`, { recursive: true, encoding: 'utf8' })
      .filter((name) => /\.tsx?$/.test(name) && !name.endsWith('plain-signs.ts'))
      .map((name) => `${root}ui/${name}`)
    expect(files.length).toBeGreaterThan(40)
    for (const file of [...files, `${root}app/progress-text.ts`]) {
      const literals = readFileSync(file, 'utf8').replaceAll(
        /\/\*[\s\S]*?\*\/|\/\/.*|\/[^/\n]*[─-◿][^/\n]*\//g,
        '',
      )
      for (const [sign] of literals.matchAll(/[^\u0000-\u007e]/g)) {
        expect(toPlainSigns(sign), `${sign} in ${file}`).not.toBe('?')
      }
    }
  })
})

/** The contrast of two of xterm's 256 colours (WCAG 2.2). */
function contrastOf(a: number, b: number): number {
  const [light = 0, dark = 0] = [luminanceOf(a), luminanceOf(b)].sort((x, y) => y - x)
  return (light + 0.05) / (dark + 0.05)
}

function luminanceOf(colour: number): number {
  const [r = 0, g = 0, b = 0] = rgbOf(colour).map((value) => {
    const part = value / 255
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * r + 0.7152 * g + 0.0722 * b
}

function rgbOf(colour: number): number[] {
  if (colour >= 232) return Array.from({ length: 3 }, () => 8 + 10 * (colour - 232))
  expect(colour).toBeGreaterThanOrEqual(16)
  const levels = [0, 95, 135, 175, 215, 255]
  const cube = colour - 16
  return [Math.floor(cube / 36), Math.floor(cube / 6) % 6, cube % 6].map((level) => levels[level] ?? 0)
}
