import type { Args } from '../app/options.ts'
import { hasColour } from '../app/print.ts'
import { type Settings, type ThemeName, themeNames } from '../config/settings.ts'
import { usageError } from '../errors.ts'
import type { Io } from '../io.ts'
import type { Look } from './state/state.ts'

/** How the screen looks: by the command line, the settings and the environment. A usage error for a theme that does not exist. */
export function chooseLook(args: Args, settings: Pick<Settings, 'theme' | 'mouse'>, io: Io): Look {
  return {
    theme: chooseTheme(args.theme, settings.theme, io),
    plainSigns: !writesUnicode(io.env),
    spoken: io.env.INK_SCREEN_READER === 'true',
    mouse: settings.mouse,
  }
}

/** What somebody has chosen for muster wins over NO_COLOR, as https://no-color.org asks for. */
function chooseTheme(given: string | null, setting: ThemeName | null, io: Io): ThemeName {
  if (given === null) return setting ?? (hasColour(io) ? 'terminal' : 'none')
  const theme = themeNames.find((name) => name === given)
  if (theme) return theme
  throw usageError(`--theme takes ${themeNames.join(', ')}, not '${given}'.`)
}

/**
 * Whether the locale's characters are those of Unicode. The first of the three variables that is not empty decides (POSIX,
 * 8.2); where none is set, nobody has chosen, and terminals show UTF-8.
 */
export function writesUnicode({ LC_ALL, LC_CTYPE, LANG }: Io['env']): boolean {
  const locale = LC_ALL || LC_CTYPE || LANG || ''
  return locale === '' || /utf-?8/i.test(locale)
}
