import type { ThemeName } from '../../config/settings.ts'
import { measureWidth } from '../../output/cell.ts'
import { colours, makePaint, ownCodes, type Paint, paintBy, type Style } from './style.ts'

/** What has a colour in a theme. */
type Role = 'text' | 'dim' | Extract<Style, 'red' | 'green' | 'yellow' | 'cyan'>

/** A theme with a background of its own. Its colours are numbers of xterm's 256, of which 16 to 255 are fixed. */
export type ThemeColours = Readonly<Record<Role | 'background', number>>

/** Every pair of a colour and its background can be read: 4.5 to 1, and 7 to 1 in high contrast (WCAG 2.2, 1.4.3 and 1.4.6). */
export const themeColours: Readonly<Record<Exclude<ThemeName, 'terminal' | 'none'>, ThemeColours>> = {
  dark: { background: 234, text: 252, dim: 246, red: 210, green: 114, yellow: 221, cyan: 80 },
  light: { background: 231, text: 235, dim: 242, red: 124, green: 22, yellow: 94, cyan: 24 },
  'high-contrast': { background: 16, text: 231, dim: 250, red: 217, green: 120, yellow: 226, cyan: 123 },
}

/** A painter in the colours of a theme. */
export function paintOf(theme: ThemeName): Paint {
  if (theme === 'terminal' || theme === 'none') return makePaint(theme === 'terminal')
  const palette = themeColours[theme]
  // Where a colour ends, the text's own goes on.
  const textCode = `38;5;${palette.text}`
  const codesOf = (style: Style) =>
    style === 'dim' || isColour(style) ? ([`38;5;${palette[style]}`, textCode] as const) : ownCodes(style)
  const paint = (text: string, ...styles: readonly Style[]) => paintBy(codesOf, text, styles)
  const fill = (line: string, columns: number) => {
    const blank = ' '.repeat(Math.max(0, columns - measureWidth(line.replaceAll(anyCode, ''))))
    return `\u001b[${textCode}m\u001b[48;5;${palette.background}m${line}${blank}\u001b[49m\u001b[39m`
  }
  return Object.assign(paint, { fill })
}

const anyCode = /\u001b\[[\d;]*m/g

function isColour(style: Style): style is Extract<Style, Role> {
  return colours.has(style)
}
