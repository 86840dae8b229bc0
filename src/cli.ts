import type { Command } from './app/command.ts'
import { withDebugLog } from './app/debug-log.ts'
import {
  type Args,
  type CommandOption,
  givenOptions,
  optionGroups,
  parseOptions,
  shownOption,
  takesNextWord,
} from './app/options.ts'
import { type ExitCode, exitCodes, Interruption, isTooLong, MusterError, usageError } from './errors.ts'
import type { Topic } from './help/topics.ts'
import type { DebugLog, Io } from './io.ts'
import { defaultKind } from './kinds.ts'
import { findNearest } from './nearest.ts'
import { sanitise } from './output/sanitise.ts'

/** The commands, each loaded only when it runs. */
export const commands: readonly { name: string; load: () => Promise<Command> }[] = [
  { name: 'query', load: async () => (await import('./commands/query/query.ts')).query },
  { name: 'export', load: async () => (await import('./commands/export.ts')).exportTo },
  { name: 'find', load: async () => (await import('./commands/find-words.ts')).find },
  { name: 'show', load: async () => (await import('./commands/show.ts')).show },
  { name: 'sql', load: async () => (await import('./commands/sql.ts')).sql },
  { name: 'sync', load: async () => (await import('./commands/sync.ts')).syncAll },
  { name: 'status', load: async () => (await import('./commands/status.ts')).status },
  { name: 'queries', load: async () => (await import('./commands/queries/queries.ts')).queries },
  { name: 'kinds', load: async () => (await import('./commands/list-kinds.ts')).kindsCommand },
  { name: 'profiles', load: async () => (await import('./commands/profiles.ts')).profiles },
  { name: 'whoami', load: async () => (await import('./commands/whoami.ts')).whoami },
  { name: 'login', load: async () => (await import('./commands/login.ts')).login },
  { name: 'logout', load: async () => (await import('./commands/logout.ts')).logout },
  { name: 'discover', load: async () => (await import('./commands/discover.ts')).discover },
  { name: 'doctor', load: async () => (await import('./commands/doctor/doctor.ts')).doctor },
  { name: 'policy', load: async () => (await import('./commands/policy/policy.ts')).policy },
  { name: 'schema', load: async () => (await import('./commands/lake/show-schema.ts')).schema },
  { name: 'cache', load: async () => (await import('./commands/cache.ts')).cache },
  { name: 'config', load: async () => (await import('./commands/config-settings.ts')).config },
  {
    name: 'completion',
    load: async () => (await import('./commands/completion/completion.ts')).completion,
  },
  { name: 'demo', load: async () => (await import('./commands/demo.ts')).demo },
]

/** Runs one command line and gives its exit code; errors become one sentence on standard error. */
export async function runCli(argv: readonly string[], io: Io): Promise<ExitCode> {
  try {
    return await dispatch(argv, io)
  } catch (thrown) {
    const error: unknown = io.signal.aborted && !(thrown instanceof Interruption) ? io.signal.reason : thrown
    if (error instanceof Interruption) {
      io.err(`muster: interrupted${error.left === '' ? '.' : `; ${error.left}`}\n`)
      return exitCodes.interrupted
    }
    if (error instanceof MusterError) {
      // A message may quote a name or a word as the user wrote it.
      io.err(`muster: ${error.message.split('\n').map(sanitise).join('\n')}\n`)
      return error.exitCode
    }
    if (isTooLong(error)) {
      io.err('muster: The answer holds a text or a list that is longer than any can be here; ask for less.\n')
      return exitCodes.failed
    }
    const path = findTooLongPath(error)
    if (path !== null) {
      io.err(
        `muster: The path ${sanitise(path.slice(0, 200))}… is too long for this system; name a shorter one.\n`,
      )
      return exitCodes.failed
    }
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error)
    io.err(
      `muster: this is a bug in muster, please report it:\n${text.split('\n').map(sanitise).join('\n')}\n`,
    )
    return exitCodes.failed
  }
}

/** A path that is too long for any file, from a word of the command line or from a variable. */
function findTooLongPath(error: unknown): string | null {
  if (!(error instanceof Error) || !('code' in error) || error.code !== 'ENAMETOOLONG') return null
  return 'path' in error && typeof error.path === 'string' ? error.path : ''
}

async function dispatch(argv: readonly string[], io: Io): Promise<ExitCode> {
  const { before, name, after } = splitAtCommand(argv)
  if (name === 'help') return help(after, io)
  if (argv[0] === '__complete') return complete(argv.slice(1), io)
  if (name === null && asksFor(before, '--help', '-h')) return printText(io, await formatMainHelp())
  if (asksFor(before, '--version', '-v')) {
    const version = await readVersion()
    if (!asksFor(before, '--verbose')) return printText(io, `muster ${version}\n`)
    const { describeInstallation } = await import('./app/describe-installation.ts')
    return printText(io, describeInstallation(version, io))
  }
  // `muster demo` is the screen too, on another fleet.
  const demo = name === 'demo' && !after.some((word) => !word.startsWith('-'))
  if (name === null || (demo && io.terminal)) {
    return run(await screenCommand(), [...before, ...(demo ? ['--demo', ...after] : [])], io)
  }
  const entry = commands.find((each) => each.name === name)
  if (!entry) {
    const near = findNearest(
      name ?? '',
      commands.map((each) => each.name),
    )
    throw usageError(
      `There is no command '${name}'${near ? `; did you mean '${near}'?` : '.'} See muster --help.`,
    )
  }
  return run(await entry.load(), [...before, ...after], io)
}

/** What a shell asks while a line is typed (`muster completion`): no command, and in no help. */
async function complete(words: readonly string[], io: Io): Promise<ExitCode> {
  const { completeLine } = await import('./commands/completion/complete-line.ts')
  return completeLine(words, commands, io)
}

/** `muster help`: the list of topics, a command's help, or a page of the reference. A command wins over a topic. */
async function help(after: readonly string[], io: Io): Promise<ExitCode> {
  const { words } = parseOptions(after, optionGroups.everywhere)
  const [word] = words
  if (commands.some(({ name }) => name === word)) return dispatch([...after, '--help'], io)
  const { readTopics } = await import('./help/topics.ts')
  const topics = readTopics()
  if (word === undefined) return printText(io, formatTopics(topics))
  // `muster help page by page`
  const name = words.join('-')
  const topic = topics.find((each) => each.name === name)
  if (topic) {
    const { formatPage } = await import('./help/format-page.ts')
    const { hasColour } = await import('./app/print.ts')
    return printText(io, formatPage(topic.page, { columns: io.columns, colour: hasColour(io) }))
  }
  const near = findNearest(
    name,
    [...commands, ...topics].map((each) => each.name),
  )
  throw usageError(
    `There is no command or topic '${name}'${near ? `; did you mean '${near}'?` : '.'} See muster help.`,
  )
}

/** `muster` without a command: the screen; without a terminal, or if an answer is to be printed, `muster query`. */
async function screenCommand(): Promise<Command> {
  const { query } = await import('./commands/query/query.ts')
  return {
    ...query,
    usage: '[OPTIONS]',
    options: [...query.options, 'every', 'theme'],
    about:
      'Opens the screen. Without a terminal, or with --output, --no-headers, --exit-code, --save, --live or --input, the\nsame as `muster query`.',
    examples: ['muster', "muster --profile 'prod-*' --region '*'", 'muster --demo'],
    async run(args, io) {
      if (!io.terminal || isPrinted(args)) return query.run(args, io)
      if (io.debug?.handle === null)
        throw usageError('--debug would write across the screen: set MUSTER_DEBUG=FILE instead.')
      const { browse } = await import('./ui/browse.ts')
      return browse(args, io, io.terminal)
    },
  }
}

function isPrinted(args: Args): boolean {
  return (
    args.live ||
    args.output !== null ||
    args.input !== null ||
    args.noHeaders ||
    args.exitCode ||
    args.save !== null
  )
}

async function run(command: Command, words: readonly string[], io: Io): Promise<ExitCode> {
  const args = parseOptions(words, [...command.options, ...optionGroups.everywhere])
  if (args.help) return printText(io, await formatCommandHelp(command))
  const watched = withDebugLog(args, io)
  const { debug } = watched
  return debug ? runWithLog(command, args, watched, debug) : command.run(args, io)
}

/** What runs, and how it ends. Values of options and variables may be secrets: their names alone are named. */
async function runWithLog(command: Command, args: Args, io: Io, debug: DebugLog): Promise<ExitCode> {
  const { version, platform, arch } = process
  debug.write('muster', `muster ${await readVersion()}, Node ${version}, ${platform} ${arch}`)
  const name = /^[a-z]+/.exec(command.usage)?.[0] ?? 'without a command,'
  debug.write('muster', `runs ${name} with ${givenOptions(args).join(' ') || 'no options'}`)
  const variables = Object.keys(io.env).filter((name) => /^(AWS_|MUSTER_|XDG_)|_PROXY$/i.test(name))
  debug.write('muster', `environment: ${variables.sort().join(' ') || 'nothing of AWS, XDG or a proxy'}`)
  try {
    const code = await command.run(args, io)
    debug.write('muster', `ends with exit code ${code}`)
    return code
  } catch (error) {
    debug.write(
      'muster',
      `ends with ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
    )
    throw error
  }
}

function asksFor(words: readonly string[], ...options: readonly string[]): boolean {
  return words.some((word) => options.includes(word))
}

/** Options may stand before the command's name: it is the first word that is neither an option nor the value of one. */
function splitAtCommand(argv: readonly string[]) {
  let at = 0
  while (at < argv.length && argv[at]?.startsWith('-')) at += takesNextWord(argv[at] ?? '') ? 2 : 1
  return { before: argv.slice(0, at), name: argv[at] ?? null, after: argv.slice(at + 1) }
}

async function printText(io: Io, text: string): Promise<ExitCode> {
  await io.out(text)
  return exitCodes.done
}

async function readVersion(): Promise<string> {
  return (await import('../package.json', { with: { type: 'json' } })).default.version
}

async function formatMainHelp(): Promise<string> {
  const loaded = await Promise.all(commands.map(async ({ name, load }) => ({ name, ...(await load()) })))
  return [
    'muster: every EC2 resource in every AWS account.\n\n',
    `usage: muster [COMMAND] [OPTIONS]     without a command: the screen, or without a terminal the table of ${defaultKind.name}\n\n`,
    ...loaded.map(({ name, summary }) => `  ${name.padEnd(10)}${summary}\n`),
    '\nmuster COMMAND --help shows its options, muster help the topics of the reference. Everywhere:\n',
    ...formatOptions(optionGroups.everywhere),
    '\nexit codes: 0 done, 1 failed, 2 usage, 3 incomplete, 4 credentials needed, 5 rows (--exit-code), 6 not found (find, show), 130 interrupted\n',
  ].join('')
}

function formatTopics(topics: readonly Topic[]): string {
  const width = Math.max(...topics.map(({ name }) => name.length)) + 2
  return [
    'usage: muster help [TOPIC | COMMAND]\n\ntopics:\n',
    ...topics.map(({ name, page }) => `  ${name.padEnd(width)}${page.title}\n`),
    `\ncommands: ${commands.map(({ name }) => name).join(', ')}\n`,
  ].join('')
}

async function formatCommandHelp(command: Command): Promise<string> {
  const { readTopics } = await import('./help/topics.ts')
  const [name = ''] = command.usage.split(' ')
  const topics = readTopics().filter(({ page }) => page.commands.includes(name))
  return [
    `usage: muster ${command.usage}\n\n${command.about}\n\n`,
    ...formatOptions([...command.options, ...optionGroups.everywhere]),
    '\nexamples:\n',
    ...command.examples.map((example) => `  ${example}\n`),
    `\nsee also: muster help${topics.length === 0 ? '' : ` ${topics.map((topic) => topic.name).join(', ')}`}\n`,
  ].join('')
}

function formatOptions(options: readonly CommandOption[]): string[] {
  return options.map((option) => {
    const { flag, value, help } = shownOption(option)
    return `  ${`${flag}${value ? ` ${value}` : ''}`.padEnd(22)} ${help}\n`
  })
}
