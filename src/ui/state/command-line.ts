import { kinds } from '../../kinds.ts'
import { findNearest } from '../../nearest.ts'
import type { Choices, PickerItem } from './state.ts'

/** A command of the command line: `:scopes`. */
export interface LineCommand {
  readonly name: string
  readonly does: string
  /** What may follow the name. */
  readonly argument: 'query' | 'file' | null
}

/** Every command, kinds first; reference and help are drawn from it. */
export const lineCommands: readonly LineCommand[] = [
  ...kinds.map(({ name }) => ({ name, does: `the table of ${name}`, argument: null })),
  {
    name: 'query',
    does: 'run a saved query (NAME KEY=value …), or a JMESPath expression',
    argument: 'query',
  },
  { name: 'scopes', does: 'where every account and region stands', argument: null },
  { name: 'faults', does: 'what could not be read, and the next step', argument: null },
  { name: 'queries', does: 'choose a saved query', argument: null },
  { name: 'profiles', does: 'choose profiles', argument: null },
  { name: 'regions', does: 'choose regions', argument: null },
  { name: 'login', does: 'sign in to an SSO session', argument: null },
  { name: 'sync', does: 'read everything again', argument: null },
  { name: 'export', does: 'write what is shown into a file', argument: 'file' },
  { name: 'command', does: 'the command that answers the same', argument: null },
  { name: 'help', does: 'the keys', argument: null },
  { name: 'q', does: 'quit', argument: null },
]

/** Whole lines that the text may become, the likeliest first. */
export function findCompletions(text: string, choices: Choices): readonly string[] {
  const { name, argument } = splitCommand(text)
  if (argument === null) return lineCommands.map((each) => each.name).filter((each) => each.startsWith(name))
  if (findCommand(name)?.argument !== 'query') return []
  const typed = /^(\S+\s(?:.*\s)?)(\w*)$/s.exec(argument)
  if (typed) {
    const [, before = '', begun = ''] = typed
    return findUnsetParameters(before, choices)
      .filter((each) => each.name.startsWith(begun))
      .map((each) => `${name} ${before}${each.name}=`)
  }
  return choices.queries
    .map(({ value }) => value)
    .filter((value) => value.startsWith(argument))
    .map((value) => `${name} ${value}`)
}

/** The parameters of the saved query that a line begins with, except those that the line sets. */
export function findUnsetParameters(
  line: string,
  { queries }: Choices,
): NonNullable<PickerItem['parameters']> {
  const [name = ''] = line.trim().split(/\s/)
  const parameters = queries.find(({ value }) => value === name)?.parameters ?? []
  return parameters.filter((each) => !new RegExp(`\\s${each.name}=`).test(line))
}

/** What a line asks for: a command and its argument, or the sentence that says why it is not a command. */
export function parseCommand(
  text: string,
): { readonly command: LineCommand; readonly argument: string } | { readonly problem: string } {
  const { name, argument } = splitCommand(text.trim())
  const command = findCommand(name)
  if (command) return { command, argument: argument?.trim() ?? '' }
  const near = findNearest(
    name,
    lineCommands.map((each) => each.name),
  )
  return {
    problem: `There is no command :${name}${near ? `; did you mean :${near}?` : '.'} :help lists them.`,
  }
}

/** The command of that name, or the only one that begins so. */
function findCommand(name: string): LineCommand | null {
  if (name === '') return null
  const exact = lineCommands.find(
    (each) => each.name === name || (each.name === 'q' && /^q(uit|!|a!?)$/.test(name)),
  )
  if (exact) return exact
  const matches = lineCommands.filter((each) => each.name.startsWith(name))
  return matches.length === 1 ? (matches[0] ?? null) : null
}

function splitCommand(text: string): { readonly name: string; readonly argument: string | null } {
  const blank = text.indexOf(' ')
  if (blank < 0) return { name: text, argument: null }
  return { name: text.slice(0, blank), argument: text.slice(blank + 1).trimStart() }
}
