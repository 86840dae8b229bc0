import { themeNames } from '../../config/settings.ts'
import { kinds, listKindNames } from '../../kinds.ts'
import { findNearest } from '../../nearest.ts'
import { findNamed, matchNames, type Named } from './command-names.ts'
import type { Choices, PickerItem } from './state.ts'

/** A command of the command line: `:scopes`, or the name of a kind. */
export interface LineCommand extends Named {
  /** What may follow the name. */
  readonly argument: 'query' | 'file' | 'word' | 'theme' | 'filter' | null
}

type OwnCommand = Omit<LineCommand, 'usual'> & { readonly does: string }

const queryCommand: OwnCommand = {
  name: 'query',
  does: 'run a saved query (NAME KEY=value …; its name alone does, too), or a JMESPath expression',
  argument: 'query',
}

/** Every command that is not the name of a kind. */
const ownCommands: readonly OwnCommand[] = [
  queryCommand,
  {
    name: 'find',
    does: 'search every kind and account of the cache: an id, an address, a name, a tag, an ARN',
    argument: 'word',
  },
  { name: 'scopes', does: 'where every account and region stands', argument: null },
  { name: 'faults', does: 'what could not be read, and the next step', argument: null },
  { name: 'queries', does: 'choose a saved query', argument: null },
  { name: 'profiles', does: 'choose profiles', argument: null },
  { name: 'regions', does: 'choose regions', argument: null },
  { name: 'login', does: 'sign in to an SSO session', argument: null },
  { name: 'sync', does: 'read everything again', argument: null },
  { name: 'export', does: 'write what is shown into a file', argument: 'file' },
  {
    name: 'save',
    does: 'keep what is shown as a saved query of your own',
    argument: 'word',
  },
  { name: 'command', does: 'the command that answers the same', argument: null },
  { name: 'explain', does: 'what is read of the cache to answer what is shown', argument: null },
  { name: 'theme', does: `the colours: ${themeNames.join(', ')}`, argument: 'theme' },
  { name: 'help', does: 'the keys', argument: null },
  { name: 'q', does: 'quit', argument: null },
]

/** What may be typed, as help and reference show it. All kinds are one line, as there are so many. */
export const lineUsages: readonly { readonly usage: string; readonly does: string }[] = [
  {
    usage: ':KIND FILTER',
    does: 'the table of a kind, or the rows of it that pass a filter; tab completes its name, also from its middle (:gateway)',
  },
  ...ownCommands.map(({ name, argument, does }) => ({
    usage: argument === null ? `:${name}` : `:${name} ${argument.toUpperCase()}`,
    does,
  })),
]

/** Whole lines that the text may become, the likeliest first. */
export function findCompletions(text: string, choices: Choices): readonly string[] {
  const { name, argument } = splitCommand(text)
  if (argument === null) return completeName(name, choices)
  const command = findNamed(name, listCommands())
  if (command?.argument === 'theme')
    return themeNames.filter((theme) => theme.startsWith(argument)).map((theme) => `${name} ${theme}`)
  if (command?.argument !== 'query') return []
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

/** Commands and kinds, and the saved queries that begin so; all commands and kinds if nothing is typed. */
function completeName(typed: string, { queries }: Choices): readonly string[] {
  const named = matchNames(typed, listCommands()).map(({ name }) => name)
  if (typed === '') return named
  const saved = queries.filter(({ value }) => value.startsWith(typed)).map(({ value }) => `query ${value}`)
  const isBeginning = named.some((name) => name.startsWith(typed.toLowerCase()))
  return isBeginning ? [...named, ...saved] : [...saved, ...named]
}

/** Whether a command's argument is a query. */
export function isQueryCommand(name: string): boolean {
  return findNamed(name, listCommands())?.argument === 'query'
}

/** What a command does; null for the name of a kind. */
export function describeCommand(name: string): string | null {
  return ownCommands.find((each) => each.name === name)?.does ?? null
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

/**
 * What a line asks for: a command and its argument, or the sentence that says why it is not a command. The name of a saved
 * query runs it, unless a command or a kind has just that name.
 */
export function parseCommand(
  text: string,
  { queries }: Choices,
): { readonly command: LineCommand; readonly argument: string } | { readonly problem: string } {
  const { name, argument } = splitCommand(text.trim())
  const isSaved = queries.some(({ value }) => value === name)
  const isNamed = listCommands().some((each) => each.name === name)
  if (isSaved && !isNamed) return { command: { ...queryCommand, usual: true }, argument: text.trim() }
  const command = findNamed(name, listCommands())
  if (command?.argument === 'theme' && !themeNames.some((theme) => theme === argument))
    return { problem: `:theme takes ${themeNames.join(', ')}.` }
  const given = argument?.trim() ?? ''
  if (command && (command.argument !== null || given === '')) return { command, argument: given }
  if (command) return { problem: `:${command.name} takes nothing after its name: leave “${given}” out.` }
  const matches = matchNames(name, listCommands()).map((each) => `:${each.name}`)
  if (matches.length > 1) return { problem: `:${name} may be ${joinNames(matches)}; tab completes it.` }
  const near = findNearest(name, [
    ...listCommands().map((each) => each.name),
    ...queries.map(({ value }) => value),
  ])
  return {
    problem: `There is no command or kind :${name}${near ? `; did you mean :${near}?` : '. :help lists the commands.'}`,
  }
}

function listCommands(): readonly LineCommand[] {
  const names = listKindNames()
  const commandsOf = (some: readonly string[], usual: boolean) =>
    some.map((name) => ({ name, argument: 'filter' as const, usual }))
  const own = ownCommands.map(({ name, argument }) => ({ name, argument, usual: true }))
  // Those made by hand come first.
  return [
    ...commandsOf(names.slice(0, kinds.length), true),
    ...own,
    ...commandsOf(names.slice(kinds.length), false),
  ]
}

/** `:a or :b`, and of more than three the first two. */
function joinNames(names: readonly string[]): string {
  const [shown, rest] = names.length > 3 ? [names.slice(0, 2), names.length - 2] : [names, 0]
  const last = rest > 0 ? `${rest} others` : (shown.at(-1) ?? '')
  return `${(rest > 0 ? shown : shown.slice(0, -1)).join(', ')} or ${last}`
}

function splitCommand(text: string): { readonly name: string; readonly argument: string | null } {
  const blank = text.indexOf(' ')
  if (blank < 0) return { name: text, argument: null }
  return { name: text.slice(0, blank), argument: text.slice(blank + 1).trimStart() }
}
