import type { Command } from '../../app/command.ts'
import { type CommandOption, flagOf, optionGroups, shownOption, takesNextWord } from '../../app/options.ts'
import { type ExitCode, exitCodes } from '../../errors.ts'
import { readTopics } from '../../help/topics.ts'
import type { Io } from '../../io.ts'
import { sanitise } from '../../output/sanitise.ts'
import type { Candidate, TypedLine } from './asked-line.ts'
import { candidatesFrom } from './candidates.ts'
import { operandValues, optionValues } from './option-values.ts'
import { quoteForBash, splitShellLine } from './shell-line.ts'

/** The table of commands, as `cli.ts` has it. */
export type CommandTable = readonly { readonly name: string; readonly load: () => Promise<Command> }[]

/** How the shell goes on: a blank after the word, no blank, or the names of files. */
type Continuation = 'words' | 'open' | 'files'

interface Completions {
  readonly how: Continuation
  readonly candidates: readonly Candidate[]
}

/**
 * Answers a shell that asks what can stand at the cursor, as `shell-scripts.ts` describes. Its words: the shell, then for
 * Bash its COMP_WORDBREAKS and the line up to the cursor, for the others the words. What cannot be read offers nothing,
 * and nothing is printed on the terminal of the person who types.
 */
export async function completeLine(
  [shell = '', ...given]: readonly string[],
  commands: CommandTable,
  io: Io,
): Promise<ExitCode> {
  const isBash = shell === 'bash'
  const [breaks = '', line = ''] = given
  // Zsh removes the quotes itself.
  const typed =
    shell === 'zsh'
      ? { words: [], last: { text: given.at(-1) ?? '', fixed: '', quote: null } }
      : splitShellLine(isBash ? line : (given.at(-1) ?? ''), isBash ? breaks : '')
  const [, ...words] = isBash ? typed.words : ['muster', ...given.slice(0, -1)]
  const { how, candidates } = await complete(words, typed.last.text, commands, io, !isBash)
  const isSafe = ({ value }: Candidate) => sanitise(value) === value
  const lines = candidates.filter(isSafe).flatMap(({ value, about }) => {
    const meaning = about === null ? '' : `\t${sanitise(about)}`
    if (!isBash) return [`${value}${meaning}`]
    return quoteForBash(value, typed.last) ?? []
  })
  await io.out([how, ...lines, ''].join('\n'))
  return exitCodes.done
}

async function complete(
  words: readonly string[],
  last: string,
  commands: CommandTable,
  io: Io,
  described: boolean,
): Promise<Completions> {
  const line = readLine(words)
  const [name = null, ...after] = line.words
  const askedLine: TypedLine = { ...line, command: name, words: after }
  const entry = commands.find((each) => each.name === name)
  const usual = commands.find((each) => each.name === 'query')
  const options = async (): Promise<readonly CommandOption[]> => [
    ...((await (name === null ? usual : entry)?.load())?.options ?? []),
    ...optionGroups.everywhere,
  ]
  const before = words.at(-1) ?? ''
  if (!words.includes('--') && takesNextWord(before)) return completeValue(before, last, '', askedLine, io)
  const [, flag, value] = /^(--[a-z-]+)=(.*)$/s.exec(last) ?? []
  if (flag !== undefined && value !== undefined) return completeValue(flag, value, `${flag}=`, askedLine, io)
  if (last.startsWith('-')) return completeOption(last, words, await options(), name === null)
  if (name === null) return completeCommand(last, commands, described)
  if (name === 'help') return after.length > 0 ? nothing : completeTopic(last, commands)
  const usage = (await entry?.load())?.usage ?? ''
  return choose(last, usage === '' ? [] : await candidatesOfUsage(usage, last, askedLine, io))
}

const nothing: Completions = { how: 'words', candidates: [] }

/** Words that are no options and no values of options, and the values of those that decide what others can be. */
function readLine(words: readonly string[]): Omit<TypedLine, 'command'> {
  const plain: string[] = []
  const values = new Map<string, readonly string[]>()
  const put = (flag: string, value: string) => values.set(flag, [...(values.get(flag) ?? []), value])
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at] ?? ''
    const [, flag, value] = /^(--[a-z-]+)=(.*)$/s.exec(word) ?? []
    if (flag !== undefined && value !== undefined) put(flag, value)
    else if (takesNextWord(word)) {
      at += 1
      put(word, words[at] ?? '')
    } else if (word.startsWith('-')) put(word, '')
    else plain.push(word)
  }
  return { words: plain, values }
}

async function completeCommand(
  last: string,
  commands: CommandTable,
  described: boolean,
): Promise<Completions> {
  // Each takes some ms to load.
  const begun = commands.filter(({ name }) => isBegun(name, last))
  const named = begun.map(async ({ name, load }) => ({
    value: name,
    about: described ? (await load()).summary : null,
  }))
  return choose(last, [...(await Promise.all(named)), { value: 'help', about: 'a page of the reference' }])
}

function completeTopic(last: string, commands: CommandTable): Completions {
  const topics = readTopics().map(({ name, page }) => ({ value: name, about: page.title }))
  return choose(last, [...commands.map(({ name }) => ({ value: name, about: `muster ${name}` })), ...topics])
}

/** Options that were given and take no list are not offered again. */
function completeOption(
  last: string,
  words: readonly string[],
  options: readonly CommandOption[],
  isFirst: boolean,
): Completions {
  const shown = options.map(shownOption).filter(({ flag }) => !words.includes(flag) || isList(flag))
  const version = isFirst ? [{ value: '--version', about: 'the version of muster' }] : []
  return choose(last, [...shown.map(({ flag, help }) => ({ value: flag, about: help })), ...version])
}

function isList(flag: string): boolean {
  return ['--profile', '--region', '--account', '--kind', '--columns', '--filter', '--set'].includes(flag)
}

async function completeValue(
  flag: string,
  last: string,
  before: string,
  line: TypedLine,
  io: Io,
): Promise<Completions> {
  const name = (Object.keys(optionValues) as (keyof typeof optionValues)[]).find(
    (each) => flagOf(each) === flag,
  )
  const source = name === undefined ? null : optionValues[name]
  if (source === 'files') return { how: 'files', candidates: [] }
  const found = choose(last, source === null ? [] : await candidatesFrom(source, last, line, io))
  return {
    ...found,
    candidates: found.candidates.map((each) => ({ ...each, value: `${before}${each.value}` })),
  }
}

/**
 * The words that a usage allows at a place: `queries [list | show NAME]` has two, and after `show` the name of a saved
 * query; `find WORD…` has one word at every place.
 */
async function candidatesOfUsage(
  usage: string,
  last: string,
  line: TypedLine,
  io: Io,
): Promise<readonly Candidate[]> {
  const [, ...operands] =
    usage
      .replace(' [OPTIONS]', '')
      .split(/ (?=--)/)[0]
      ?.split(' ') ?? []
  const [, inBrackets = operands.join(' ')] =
    /\[([^\]]*(?:\[[^\]]*\][^\]]*)*)\]/.exec(operands.join(' ')) ?? []
  const ways = inBrackets.split(' | ').map((way) => way.replaceAll(/[[\]]/g, '').split(' '))
  const [verb, ...others] = line.words
  const isVerb = ([first = '']: readonly string[]) => /^[a-z]/.test(first)
  const way = ways.find((each) => isVerb(each) && each[0] === verb)
  if (verb === undefined) {
    const firsts = ways.map(([first = '']) => candidatesOfWord(first.replace('…', ''), last, line, io))
    return (await Promise.all(firsts)).flat()
  }
  const words = way ?? ways.find((each) => !isVerb(each)) ?? []
  const place = others.length + 1
  const word = words[place] ?? (words.at(-1)?.endsWith('…') ? words.at(-1) : undefined)
  return candidatesOfWord(word?.replace('…', '') ?? '', last, line, io)
}

/** A word in small letters stands for itself, one in capitals for what it names. */
async function candidatesOfWord(
  word: string,
  last: string,
  line: TypedLine,
  io: Io,
): Promise<readonly Candidate[]> {
  if (/^[a-z]+$/.test(word)) return [{ value: word, about: null }]
  const source = operandValues[word]
  return source === undefined ? [] : candidatesFrom(source, last, line, io)
}

/** Those that go on from what is typed, in upper and lower case alike. */
function choose(last: string, all: readonly Candidate[]): Completions {
  const candidates = all.filter(({ value }) => isBegun(value, last))
  const isOpen = candidates.length > 0 && candidates.every(({ value }) => /[=:-]$/.test(value))
  return { how: isOpen ? 'open' : 'words', candidates }
}

function isBegun(value: string, last: string): boolean {
  return value.toLowerCase().startsWith(last.toLowerCase())
}
