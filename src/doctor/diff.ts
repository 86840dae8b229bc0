import type { Checkup } from './checkup.ts'
import { type Conceal, concealLine } from './conceal.ts'
import type { Edit, FileName } from './document.ts'
import type { Fix } from './finding.ts'

/** One line of a fix as a diff shows it; a CR that belongs to the line's end is part of its text. */
export interface DiffLine {
  readonly sign: '-' | '+'
  readonly file: FileName
  /** The line in the file as it is; an added one has the number of the line that it comes before. */
  readonly line: number
  readonly text: string
}

/** The lines that a fix removes and adds, in the order of the files; nothing secret is in them. */
export function diffOf(
  { config, credentials }: Pick<Checkup, 'config' | 'credentials'>,
  { edits }: Fix,
  conceal: Conceal,
): readonly DiffLine[] {
  const files = { config, credentials }
  const concealText = (text: string, file: FileName, line: number) =>
    conceal(concealLine(text), { file, line })
  const linesOf = ({ file, line, removed, lines, end }: Edit): DiffLine[] => {
    const gone = files[file].lines.slice(line - 1, line - 1 + removed)
    const carriageReturnOf = (index: number) => (end === '\n' && gone[index]?.end === '\r\n' ? '\r' : '')
    return [
      ...gone.map((each, index) => ({
        sign: '-' as const,
        file,
        line: line + index,
        text: concealText(each.text, file, line + index) + carriageReturnOf(index),
      })),
      ...lines.map((text, index) => ({
        sign: '+' as const,
        file,
        line: line + Math.min(index, Math.max(0, removed - 1)),
        text: concealText(text, file, line + Math.min(index, Math.max(0, removed - 1))),
      })),
    ]
  }
  return edits
    .toSorted((a, b) => a.file.localeCompare(b.file) || a.line - b.line || b.removed - a.removed)
    .flatMap(linesOf)
}
