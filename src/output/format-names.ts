/** Every format by the name that --output takes, with the endings of files that mean it; new files get the first. */
const endings = {
  table: ['txt', 'table'],
  json: ['json'],
  ndjson: ['ndjson', 'jsonl'],
  csv: ['csv'],
  text: ['tsv', 'text'],
  yaml: ['yaml', 'yml'],
  'aws-table': ['aws-table'],
} as const satisfies Record<string, readonly [string, ...string[]]>

export type Format = keyof typeof endings

export const formats = Object.keys(endings) as readonly Format[]

/** The format that a file's ending means; null if it means no format. */
export function formatOfFile(file: string): Format | null {
  const ending = endingIn(file)
  return formats.find((format) => endingsOf(format).includes(ending ?? '')) ?? null
}

/** What stands behind the last dot of a file's name, in lower case; null without one. A dot at the start is not one. */
function endingIn(file: string): string | null {
  return /[^/]\.([^./]+)$/.exec(file)?.[1]?.toLowerCase() ?? null
}

/** Why a file's ending means no format, as half a sentence; null if it means one, or if there is no ending. */
export function unknownEnding(file: string): string | null {
  const ending = endingIn(file)
  if (ending === null || formatOfFile(file) !== null) return null
  const known = fileEndings.map((each) => `.${each}`)
  return `.${ending} means no format, only ${known.slice(0, -1).join(', ')} and ${known.at(-1)} do`
}

/** The ending of new files of a format. */
export function endingOf(format: Format): string {
  return endings[format][0]
}

/** Every ending that means a format, in the order of the formats. */
const fileEndings: readonly string[] = formats.flatMap(endingsOf)

export function endingsOf(format: Format): readonly string[] {
  return endings[format]
}
