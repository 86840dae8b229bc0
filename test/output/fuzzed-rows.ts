import type { Answer, Json } from '../../src/model.ts'
import type { FileAbout } from '../../src/output/file-about.ts'
import { makeItemRows } from '../../src/ready-items.ts'
import { pickFrom, random } from '../helpers/random.ts'

/** What text is made of: what spreadsheets, XML, HTML, Markdown, CSV and shells each treat in a way of their own. */
const pieces = [
  ...[
    'web',
    'Z',
    '0',
    '7',
    '.',
    'e5',
    '/',
    '\\',
    '"',
    "'",
    ',',
    ';',
    '=',
    '+',
    '-',
    '@',
    '%',
    ' ',
    '  ',
    '#',
  ],
  ...[
    '<',
    '>',
    '&',
    '&amp;',
    '<b>',
    '</script>',
    '|',
    '*',
    '_',
    '`',
    '[x](y)',
    '_x0041_',
    '{{',
    '}}',
    '$(a)',
  ],
  ...['\t', '\r', '\n', '\r\n', '\u0000', '\u0007', '\u001b[31m', '\u007f', '\u0085', '\u009b', '\u00a0'],
  ...['\u00ad', '\u200b', '\u2028', '\u202e', '\ufeff', '\ufffe', '\uffff', 'é', 'e\u0301', '漢', '👩‍👩‍👧'],
]

export const fuzzedColumns = [
  'Id',
  'Name',
  'Count',
  'Large',
  'Ratio',
  'Launched',
  'On',
  'Tags',
  'Mixed',
  'Nothing',
] as const

/** Rows of every type that a cell may have; the last column holds nothing. */
export function fuzzRows(count: number, seed: number): readonly (readonly Json[])[] {
  const dice = random(seed)
  const whole = (most: number) => Math.floor(dice() * most)
  const text = () => Array.from({ length: whole(5) }, () => pickFrom(pieces, dice)).join('')
  const orNull = <T extends Json>(value: T) => (dice() < 0.1 ? null : value)
  return Array.from({ length: count }, (_, place) => [
    `i-${place.toString(16).padStart(8, '0')}`,
    orNull(text()),
    orNull(whole(100_000) - 50_000),
    orNull((whole(2) === 0 ? -1 : 1) * whole(Number.MAX_SAFE_INTEGER)),
    orNull((dice() - 0.5) * 10 ** (whole(30) - 15)),
    orNull(timeText(whole(2_000_000_000) * 1000 + whole(2) * whole(1000))),
    orNull(dice() < 0.5),
    orNull({ [text()]: text(), n: whole(9), list: [text(), null] }),
    pickFrom<Json>([text(), whole(10), true, null, [1, 'a']], dice),
    null,
  ])
}

/** A time as the AWS CLI prints it. */
function timeText(at: number): string {
  return new Date(at).toISOString().replace('.000Z', '+00:00').replace('Z', '+00:00')
}

export function answerOfRows(columns: readonly string[], rows: readonly (readonly Json[])[]): Answer {
  return { type: 'list', title: 'Things', columns, items: makeItemRows(columns, rows) }
}

/** What a writer is given beside the rows. `notes`: what it reports. */
export function aboutRows(folder: string, notes: string[] = []): FileAbout {
  const columns = ['Profile', 'Region', 'State', 'Message'].map((name) => ({ name, type: 'text' as const }))
  const unread = [['prod', 'eu-west-1', 'failed', 'Access <denied> & "more"']]
  return {
    name: 'things',
    coverage: {
      complete: false,
      summary: '1 of 2 scopes were read; the oldest data is of 2026-11-25T10:00:00.000Z',
      columns,
      scopes: [['dev', 'eu-west-1', 'fresh', null], ...unread],
      unread,
    },
    typeOf: () => null,
    folder,
    note: (sentence) => notes.push(sentence),
    raw: false,
  }
}
