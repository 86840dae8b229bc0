import { findNearest } from '../nearest.ts'
import type { CheckedFile } from './checkup.ts'
import type { Edit } from './document.ts'
import type { RuleFinding } from './finding.ts'
import { replaceLine, textAt } from './lines.ts'

/** The words before a name in a header of the config file. */
export const sectionTypes = ['profile', 'sso-session', 'services'] as const
export type SectionType = (typeof sectionTypes)[number]

/** A name that the SDK takes. */
export const plainName = /^[\w@+.%:/-]+$/

/** Sections of the AWS CLI's own. */
export const ownSections: readonly string[] = ['default', 'preview', 'plugins']

/** A finding at a header: its place. */
export function headerAt(
  file: CheckedFile,
  line: number,
): Pick<RuleFinding, 'file' | 'line' | 'columns' | 'profile'> {
  const text = textAt(file, line)
  const start = text.length - text.trimStart().length
  return { file: file.name, line, columns: [start + 1, text.trimEnd().length], profile: null }
}

/** What a header of the config file that names no profile was meant to be; null if its name is the problem. */
export function guessHeader(header: string): string | null {
  const [, dotted, rest = ''] = /^(profile|sso-session|services)\.(.+)$/.exec(header) ?? []
  if (dotted && plainName.test(rest)) return `${dotted} ${rest}`
  const [first = '', ...others] = header.replace(/["']/g, '').trim().split(/\s+/)
  const name = others.join(' ')
  if (!plainName.test(name || first)) return null
  if (name === '') return first.toLowerCase() === 'default' ? 'default' : `profile ${first}`
  const near = findNearest(first.replaceAll('_', '-'), sectionTypes)
  return near === null ? null : `${near} ${name}`
}

/** Writes another header in place of one. */
export function replaceHeader(file: CheckedFile, line: number, from: string, to: string): Edit {
  return replaceLine(
    { file: file.name, line },
    textAt(file, line).replace(`[${from}]`, () => `[${to}]`),
  )
}
