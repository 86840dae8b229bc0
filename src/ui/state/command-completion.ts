import { lookForKind } from '../../kinds.ts'
import { formatSetting, readQuestionLine } from '../../query/question-line.ts'
import type { OfferedValues, WantedValues } from '../threads/messages.ts'
import { describeCommand, findCompletions, isQueryCommand } from './command-line.ts'
import { type EditedLine, lineOf } from './line.ts'
import { type Candidate, chooseOffered, formatCount } from './line-candidates.ts'
import type { Choices, PickerItem } from './state.ts'
import type { QueryParameter } from './typed-line.ts'

/** What may complete a command, the likeliest first: only at its end. */
export function completeCommand(
  line: EditedLine,
  offer: OfferedValues | undefined,
  choices: Choices,
): readonly Candidate[] {
  if (line.at < line.text.length) return []
  const setting = findOpenSetting(line.text, choices)
  if (!setting) {
    return findCompletions(line.text, choices).map((text) => ({
      label: text.slice(text.lastIndexOf(' ') + 1),
      note: describeCompletion(text, choices),
      line: lineOf(text),
    }))
  }
  const { before, parameter, begun } = setting
  const take = (value: string, note: string): Candidate => ({
    label: value,
    note,
    line: lineOf(`${before}${formatSetting([parameter.name, value])}`),
  })
  const usual = parameter.default ?? null
  const found = chooseOffered(wantedOf(setting), offer)
    .filter(({ value }) => !(value.includes("'") && value.includes('"')))
    .map(({ value, count }) => take(value, formatCount(count)))
  return usual?.startsWith(begun) ? [take(usual, 'if nothing is given'), ...found] : found
}

/** The values of the cache that may complete it; null if none may. */
export function wantedByCommand(line: EditedLine, choices: Choices): WantedValues | null {
  const setting = line.at < line.text.length ? null : findOpenSetting(line.text, choices)
  return setting && wantedOf(setting)
}

/** The saved query for which a line gives values, and what is being asked for, in words; null if nothing is. */
export function findAsked(
  { text }: EditedLine,
  choices: Choices,
): { readonly item: PickerItem; readonly wanted: string | null } | null {
  const item = findItem(text, choices)
  if (!item) return null
  const setting = findOpenSetting(text, choices)
  if (!setting) return { item, wanted: null }
  const { parameter, before } = setting
  const { meaning = null } = parameter
  const key = meaning?.type === 'tag-value' && meaning.parameter ? valueIn(before, meaning.key) : null
  const words = describeParameter(
    key === null ? parameter : { ...parameter, meaning: { type: 'tag-value', key, parameter: false } },
  )
  return { item, wanted: words === '' ? null : `${parameter.name} is ${words}.` }
}

interface OpenSetting {
  readonly item: PickerItem
  readonly parameter: QueryParameter
  /** The line up to the parameter, and what is typed of its value. */
  readonly before: string
  readonly begun: string
}

/** `NAME=value` at the end of a line, while the value is being typed. */
function findOpenSetting(text: string, choices: Choices): OpenSetting | null {
  const item = findItem(text, choices)
  const [, before = '', name = '', written = ''] =
    /^(\S+\s.*\s)([A-Za-z_]\w*)=('[^']*'?|"[^"]*"?|[^\s'"]*)$/s.exec(text) ?? []
  const parameter = item?.parameters?.find((each) => each.name === name)
  if (!item || !parameter) return null
  return { item, parameter, before, begun: written.replace(/^(['"])([^'"]*)\1?$/, '$2') }
}

function findItem(text: string, { queries }: Choices): PickerItem | null {
  const [, command = '', name = ''] = /^(\S+)\s+(\S+)\s/.exec(text) ?? []
  if (name === '' || !isQueryCommand(command)) return null
  return queries.find(({ value }) => value === name) ?? null
}

function wantedOf({ item, parameter, before, begun }: OpenSetting): WantedValues | null {
  const { meaning = null } = parameter
  const kind = item.saved?.kind ?? null
  if (meaning === null || kind === null) return null
  if (meaning.type === 'tag-key') return { kind, of: { type: 'tag-keys' }, begun }
  if (meaning.type === 'column') return { kind, of: { type: 'column', names: [meaning.name] }, begun }
  const key = meaning.parameter ? valueIn(before, meaning.key) : meaning.key
  return key === null ? null : { kind, of: { type: 'tag-values', key }, begun }
}

/** The value that a line gives to a parameter. */
function valueIn(line: string, name: string): string | null {
  const [, asked = ''] = /^\S+\s+(.*)$/s.exec(line) ?? []
  try {
    return readQuestionLine(asked.trim()).settings.find(([each]) => each === name)?.[1] ?? null
  } catch {
    // It has a mistake, of which the line is said when it is taken.
    return null
  }
}

/** What a completion is: a command, a kind, a saved query or a parameter. */
function describeCompletion(text: string, choices: Choices): string {
  const [command = '', name, ...rest] = text.split(' ')
  if (name === undefined) return describeCommand(command) ?? lookForKind(command)?.title ?? ''
  const item = choices.queries.find(({ value }) => value === name)
  if (rest.length === 0) return item?.saved?.title ?? item?.note ?? ''
  const parameter = item?.parameters?.find((each) => `${each.name}=` === rest.at(-1))
  return parameter ? describeParameter(parameter) : ''
}

/** What a parameter takes, in words. */
function describeParameter({ meaning, default: usual }: QueryParameter): string {
  const what =
    meaning?.type === 'tag-key'
      ? 'the key of a tag'
      : meaning?.type === 'tag-value'
        ? meaning.parameter
          ? `the value of the tag ${meaning.key}`
          : `the value of the tag “${meaning.key}”`
        : meaning?.type === 'column'
          ? `a value of ${meaning.name}`
          : ''
  return [what, usual ? `${usual} if nothing is given` : ''].filter((each) => each !== '').join(', ')
}
