import { optionTable } from '../../src/app/option-table.ts'
import { flagOf, type OptionName, optionGroups, shownOption } from '../../src/app/options.ts'
import { listedCalls } from '../../src/aws/listed-calls.ts'
import { commands } from '../../src/cli.ts'
import { formatPolicy, makePolicy } from '../../src/commands/policy/least-policy.ts'
import { selectKinds } from '../../src/config/kind-words.ts'
import { rules } from '../../src/doctor/rules.ts'
import { areas } from '../../src/kinds/areas.ts'
import { listUncoveredOperations } from '../../src/kinds/derive.ts'
import { kinds, listKinds, makeIdsExpression, originFields, originTypes } from '../../src/kinds.ts'
import type { Kind, StateMeaning } from '../../src/model.ts'
import { endingsOf, fileFormats } from '../../src/output/format-names.ts'
import { readSavedFiles, selectUsableQueries } from '../../src/query/saved.ts'
import { signOfState } from '../../src/ui/draw/state-sign.ts'
import { bindings } from '../../src/ui/keys/all-keys.ts'
import { k9sKeys } from '../../src/ui/keys/k9s-keys.ts'
import { formatKey, places } from '../../src/ui/keys/keys-help.ts'
import { lineUsages } from '../../src/ui/state/command-line.ts'

/** The parts of the reference that are made from the tables of the program, by their marks and the page that has them. */
export const madeParts: Readonly<
  Record<string, { readonly page: string; readonly make: () => string | Promise<string> }>
> = {
  keys: { page: 'keys', make: formatKeys },
  'k9s-keys': { page: 'keys', make: formatPeerKeys },
  usages: { page: 'commands', make: formatCommands },
  options: { page: 'options', make: formatOptions },
  endings: { page: 'formats', make: formatEndings },
  queries: { page: 'saved-queries', make: formatQueries },
  rules: { page: 'rules', make: formatRules },
  schema: { page: 'all-columns', make: formatSchema },
  states: { page: 'all-kinds', make: formatStates },
  'hand-made': { page: 'all-kinds', make: formatMadeByHand },
  derived: { page: 'all-kinds', make: formatDerived },
  uncovered: { page: 'all-kinds', make: formatUncovered },
  policy: { page: 'iam', make: formatWholePolicy },
  calls: { page: 'iam', make: formatCalls },
}

/** A page with what the program gives today between each pair of marks. */
export async function withMadeParts(page: string, text: string): Promise<string> {
  let made = text
  for (const [name, part] of Object.entries(madeParts)) {
    if (part.page !== page) continue
    const begin = `<!-- ${name}: made by npm run screens -->`
    const end = `<!-- /${name} -->`
    const [before = '', rest = ''] = made.split(begin)
    const after = rest.split(end)[1]
    if (after === undefined) throw new Error(`${page}.md has lost the marks ${begin} and ${end}`)
    made = `${before}${begin}\n\n${await part.make()}\n\n${end}${after}`
  }
  return made
}

/** Every key and every command of the command line, drawn from the same tables as the screen's help. */
function formatKeys(): string {
  const keys = places.flatMap(({ place, title }) => [
    [`**${title}**`, ''],
    ...bindings
      .filter((binding) => binding.place === place)
      .map(({ keys: names, does }) => [names.map((key) => code(formatKey(key))).join(' '), does]),
  ])
  const typed = lineUsages.map(({ usage, does }) => [code(usage), does])
  return formatTable(['key', 'what it does'], [...keys, ['**After `:`**', ''], ...typed])
}

/** The keys of k9s beside those of muster. */
function formatPeerKeys(): string {
  const rows = k9sKeys.map(({ key, does, muster, why }) => [
    key.split(' ').map(code).join(' '),
    does,
    muster === null ? '–' : code(formatKey(muster)),
    why,
  ])
  return formatTable(['k9s', 'what it does there', 'muster', 'what differs'], rows)
}

async function formatCommands(): Promise<string> {
  const loaded = await Promise.all(commands.map(({ load }) => load()))
  const parts = loaded.map(({ usage, about, options, examples }) => {
    const flags = options.map((option) => code(shownOption(option).flag))
    return [
      `## muster ${usage.replace(' [OPTIONS]', '')}`,
      about.replace(/\n+/g, ' '),
      `Options: ${flags.join(', ')}.`,
      `\`\`\`\n${examples.join('\n')}\n\`\`\``,
    ].join('\n\n')
  })
  const everywhere = optionGroups.everywhere.map((name) => code(flagOf(name)))
  return [...parts, `## Everywhere\n\nEvery command takes ${everywhere.join(', ')}.`].join('\n\n')
}

async function formatOptions(): Promise<string> {
  const loaded = await Promise.all(
    commands.map(async ({ name, load }) => ({ name, options: (await load()).options })),
  )
  const rows = (Object.keys(optionTable) as OptionName[]).map((option) => {
    const { flag, value, help } = shownOption(option)
    const { type } = optionTable[option]
    const taking = loaded.flatMap(({ name, options }) => {
      const own = options.find((each) => (typeof each === 'string' ? each : each.name) === option)
      return own === undefined ? [] : [{ name, help: shownOption(own).help }]
    })
    const isEverywhere = optionGroups.everywhere.some((name) => name === option)
    const isShared = isEverywhere || taking.some((each) => each.help === help)
    const special = [...new Set(taking.map((each) => each.help))]
      .filter((each) => each !== help)
      .map(
        (own) =>
          `${taking
            .filter((each) => each.help === own)
            .map(({ name }) => name)
            .join(', ')}: ${own}`,
      )
    return [
      code(`${flag}${value === null ? '' : ` ${value}`}${type === 'list' ? ' …' : ''}`),
      [...(isShared ? [help] : []), ...special].join('; '),
      isEverywhere ? 'every command' : taking.map(({ name }) => name).join(', '),
    ]
  })
  return formatTable(['option', 'meaning', 'taken by'], rows)
}

function formatEndings(): string {
  const rows = fileFormats.map((format) => [
    code(format),
    endingsOf(format)
      .map((ending) => code(`.${ending}`))
      .join(' '),
  ])
  return formatTable(['format', 'endings, the first for new files'], rows)
}

function formatQueries(): string {
  const shipped = new URL('../../queries', import.meta.url).pathname
  const rows = selectUsableQueries(readSavedFiles({ shipped, own: '/nowhere' })).map(
    ({ name, title, parameters }) => [
      code(name),
      title,
      parameters
        .map((parameter) =>
          code(`${parameter.name}${parameter.default === null ? '' : `=${parameter.default}`}`),
        )
        .join(' '),
    ],
  )
  return formatTable(['query', 'what it answers', 'parameters'], rows)
}

function formatRules(): string {
  const rows = rules.map(({ code: name, severity, about }) => [code(name), severity, about])
  return formatTable(['rule', 'severity', 'what it finds'], rows)
}

function formatSchema(): string {
  const tables = kinds.map(({ name, columns, joined = [], operation }) => {
    const rows = [
      ...originFields.map((field) => [code(field), originTypes[field], 'the scope']),
      ...columns.map((column) => [code(column.name), column.type, code(column.expression)]),
      [code('synced_at'), 'time', 'the scope: when it was last read to its end'],
      [code('document'), 'JSON', 'the whole resource'],
      ...joined.map((column) => [
        code(column.name),
        column.type,
        `${code(column.column)} of ${column.kind}, joined by muster and not in the view`,
      ]),
    ]
    return `## ${name}\n\nFrom ${operation}.\n\n${formatTable(['column', 'type', 'from'], rows)}`
  })
  const others = listKinds().filter((kind) => !kinds.includes(kind))
  const lines = others.map(({ name, operation, columns }) => {
    const each = columns.map((column) =>
      column.name === column.expression
        ? `${code(column.name)} ${column.type}`
        : `${code(column.name)} ${column.type} from ${code(column.expression)}`,
    )
    return `- ${code(name)}, from ${operation}: ${each.join(', ')}`
  })
  const head =
    'Each has the origin, `synced_at` and `document` as well. A column without a place is the member of its name.'
  return [...tables, `## Kinds made from the schema of the SDK\n\n${head}\n\n${lines.join('\n')}`].join(
    '\n\n',
  )
}

/** Every meaning: the compiler reports one that is missing. */
const meanings: Readonly<Record<StateMeaning, string>> = {
  active: 'in use, as it should be',
  changing: 'on its way to another state',
  inactive: 'switched off',
  unused: 'ready, and nobody uses it',
  ended: 'gone, or broken',
}

function formatStates(): string {
  const rows = (Object.keys(meanings) as StateMeaning[]).map((meaning) => [
    signOfState(meaning, { [meaning]: meaning }).text,
    meanings[meaning],
  ])
  return formatTable(['state', 'the resource is'], rows)
}

/** A section for each kind that was made by hand. */
function formatMadeByHand(): string {
  const shipped = new URL('../../queries', import.meta.url).pathname
  const queries = selectUsableQueries(readSavedFiles({ shipped, own: '/nowhere' }))
  return listKinds()
    .filter(({ made }) => made !== 'from the schema')
    .map((kind) => {
      const own = queries
        .filter((query) => [query.kind, ...query.otherKinds].includes(kind.name))
        .map(({ name }) => code(name))
      return [
        `### ${kind.name}`,
        formatMaking(kind),
        [
          `- Table: ${kind.table.map(code).join(', ')}.`,
          ...(kind.state ? [`- States (${code(kind.state.column)}): ${formatMeanings(kind.state)}.`] : []),
          ...(own.length > 0 ? [`- Saved queries: ${own.join(', ')}.`] : []),
        ].join('\n'),
      ].join('\n\n')
    })
    .join('\n\n')
}

/** `DescribeSnapshots` with `OwnerIds: ["self"]`; ids: `Snapshots[].SnapshotId`; group `storage`. */
function formatMaking(kind: Kind): string {
  const { operation, input, area } = kind
  const added = Object.entries(input).map(([name, value]) => code(`${name}: ${JSON.stringify(value)}`))
  const call = `${code(operation)}${added.length > 0 ? ` with ${added.join(', ')}` : ''}`
  return `${call}; ids: ${code(makeIdsExpression(kind))}; group ${code(area)}.`
}

/** `active: running; ended: terminated`, in the order of the meanings. */
function formatMeanings({ meanings: own }: NonNullable<Kind['state']>): string {
  return Object.keys(meanings)
    .flatMap((meaning) => {
      const states = Object.keys(own).filter((state) => own[state] === meaning)
      return states.length === 0 ? [] : [`${meaning}: ${states.map(code).join(', ')}`]
    })
    .join('; ')
}

/** A line for each kind that is made from the schema, by group: a table would have no room on a terminal. */
function formatDerived(): string {
  const derived = listKinds().filter(({ made }) => made === 'from the schema')
  return Object.entries(areas)
    .map(([group, holds]) => {
      const lines = derived.filter(({ area }) => area === group).map(formatDerivedKind)
      return [`### ${group}: ${holds}`, lines.join('\n')].join('\n\n')
    })
    .join('\n\n')
}

function formatDerivedKind({ name, operation, id, identity, parent }: Kind): string {
  const whole = identity === 'item' ? ' (the whole item)' : ''
  const follows = parent === undefined ? '' : `; follows ${code(parent.kind)}`
  return `- ${code(name)}: ${code(operation)}, ${code(id)}${whole}${follows}`
}

/** The operations that no kind has, also if a kind has the name that theirs would have. */
export const uncovered = listUncoveredOperations().filter(
  ({ operation }) => !listKinds().some((kind) => kind.operation === operation),
)

function formatUncovered(): string {
  const rows = uncovered.map(({ operation, reason }) => [code(operation), reason])
  return formatTable(['operation', 'why not'], rows)
}

/** What `muster policy --kind all` prints. */
function formatWholePolicy(): string {
  return `\`\`\`json\n${formatPolicy(makePolicy(selectKinds(['all'])))}\n\`\`\``
}

function formatCalls(): string {
  const rows = listedCalls.flatMap(({ name, needs }) =>
    needs === 'policy' ? [] : [[code(name), needs.instead]],
  )
  return formatTable(['call', 'what it needs'], rows)
}

function formatTable(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`
  return [line(header), `|${'---|'.repeat(header.length)}`, ...rows.map(line)]
    .join('\n')
    .replaceAll('|  |', '| |')
}

function code(text: string): string {
  return text.includes('`') ? `\`\` ${text} \`\`` : `\`${text}\``
}
