import Sqlite from 'better-sqlite3'
import { expect, test } from 'vitest'
import { cutAnswer } from '../../src/aws/cut-answer.ts'
import { itemKeyOf } from '../../src/aws/item-hash.ts'
import { readPlainAnswer } from '../../src/aws/plain-answer.ts'
import { readAnswer } from '../../src/aws/read-answer.ts'
import { isKnownByText } from '../../src/aws/read-pages.ts'
import { isObject } from '../../src/json-object.ts'
import { readWordsBehind } from '../../src/kinds/words-behind.ts'
import { findKind, listKinds } from '../../src/kinds.ts'
import type { JsonObject, Kind } from '../../src/model.ts'
import type { ResourceDocument, ResourceText, RowMaking } from '../../src/pages.ts'
import { makeMemberReader } from '../../src/sync/document-members.ts'
import { planRows, rowMaker } from '../../src/sync/row-maker.ts'
import { random } from '../helpers/random.ts'
import { makeWordText, wordHashesOf, wordTexts } from '../kinds/word-texts.ts'
import { planFor } from './answer-judges.ts'
import { makeAnswer, makeChance } from './made-answers.ts'

const key = itemKeyOf(Buffer.alloc(32, 7), 'salt')
const kinds = listKinds().filter(isKnownByText)
const instances = findKind('instances')
const toJsonb = new Sqlite(':memory:').prepare('SELECT jsonb(?)').pluck()
const volumes = findKind('volumes')

test('a plain answer of any kind is read as the reader of all XML reads it, and written as SQLite writes that', () => {
  const counts = { plain: 0, other: 0 }
  for (const kind of kinds) {
    for (let seed = 0; seed < 24; seed += 1) {
      const text = makeAnswer(kind.operation, makeChance(seed), [10, 9, 5][seed % 3] as number)
      const found = compare(kind, seed % 2 === 0 ? makePlain(text) : text)
      counts[found ? 'plain' : 'other'] += 1
    }
  }
  expect(counts.plain).toBeGreaterThan(300)
  expect(counts.other).toBeGreaterThan(300)
})

test('the rows of a kind are the same whether they are made of texts or of objects', () => {
  let rows = 0
  for (const kind of kinds) {
    for (let seed = 0; seed < 8; seed += 1) {
      const body = Buffer.from(makePlain(makeAnswer(kind.operation, makeChance(seed), 10)))
      const found = readPlain(kind, body, planRows(kind))
      if (!found) continue
      const bodies = itemsIn(readAnswer(planFor(kind.operation), body).answer as JsonObject, kind)
      const expected = bodies
        .map(({ item }) => rowMaker(kind)({ id: '', group: null, body: item }))
        .map(({ values, search }) => ({ values, search }))
      expect(found.items, kind.name).toMatchObject(expected)
      rows += expected.length
    }
  }
  expect(rows).toBeGreaterThan(300)
})

test('behind each document stand the hashes of its words, whatever its texts are', () => {
  const dice = random(11)
  const inXml = (text: string) =>
    text.replace(/[&<>"\0]/g, (sign) => (sign === '\0' ? '&#1;' : `&#${sign.codePointAt(0)};`))
  const texts = [...wordTexts, ...Array.from({ length: 3000 }, () => makeWordText(dice))]
  const items = texts.map((text, place) => {
    // Members that are those of the item before are not read again.
    const [zone, key] = [texts[place & ~3] as string, texts[place & ~1] as string].map(inXml)
    const tag = `<tagSet><item><key>${key}</key><value>${inXml(text)}</value></item></tagSet>`
    return `<item><volumeId>vol-${place}</volumeId><availabilityZone>${zone}</availabilityZone>${tag}</item>`
  })
  expect(
    compare(
      volumes,
      answerOf('volumeSet', items, (item) => item),
    ),
  ).toBe(true)
})

const plainTexts = [
  'a "quoted" \\ text',
  'a\tb\u0001\u007f',
  '\n  ',
  '  ',
  'a &amp; b &lt;c&gt; &#34;d&#x22; &apos;e&apos; &#8232;',
  'ä ß 東京 🦫 \u2028 \u00a0 \ufeff',
  '&#10; ',
  ']]>',
  '\u0001'.repeat(9000),
]

test.each(plainTexts)('text %# is written as SQLite writes it', (text) => {
  expect(
    compare(instances, answer(`<keyName>${text}</keyName><tagSet><item><key>${text}</key></item></tagSet>`)),
  ).toBe(true)
})

test.each([
  ['a number', '<amiLaunchIndex>007</amiLaunchIndex><currentInstanceBootMode/>'],
  ['a number with a sign', '<amiLaunchIndex> +5 </amiLaunchIndex>'],
  ['a number of sixteen digits', '<amiLaunchIndex>9007199254740991</amiLaunchIndex>'],
  ['a boolean', '<ebsOptimized>True</ebsOptimized><enaSupport/><sourceDestCheck></sourceDestCheck>'],
  [
    'a time',
    '<launchTime>2026-01-31T12:00:00.000Z</launchTime><usageOperationUpdateTime>2026-01-31T12:00:00.000Z</usageOperationUpdateTime>',
  ],
  ['a time of another form', '<launchTime>2026-01-31T12:00:00.5+02:00</launchTime>'],
  ['what has nothing inside', '<tagSet/><placement/><networkInterfaceSet></networkInterfaceSet><keyName/>'],
  ['an unknown element', '<newOne><item><a>1 &nope; 2</a><b/></item></newOne><keyName>k</keyName>'],
  ['an unknown item', '<tagSet><strange><key>1</key></strange><item><key>a</key></item></tagSet>'],
  ['white space between elements', '\n\t<tagSet> <item> <key>a</key>\n</item> </tagSet> '],
])('%s is read as the reader of all XML reads it', (_, members) => {
  expect(compare(instances, answer(members))).toBe(true)
})

test.each([
  ['a comment', answer('<!-- c -->')],
  ['a comment in an unknown element', answer('<newOne><!-- </newOne> --></newOne>')],
  ['CDATA', answer('<keyName><![CDATA[k]]></keyName>')],
  ['an attribute', answer('<keyName xsi:nil="true"/>')],
  ['text between elements', answer('text')],
  ['a line end of Windows', answer('<keyName>a\r\nb</keyName>')],
  ['a member that is given twice', answer('<keyName>a</keyName><keyName>a</keyName>')],
  ['a number that is not one', answer('<amiLaunchIndex>one</amiLaunchIndex>')],
  ['a time that does not exist', answer('<launchTime>2026-02-30T12:00:00.000Z</launchTime>')],
  [
    'a time that does not exist, after one that does',
    answer(
      '<usageOperationUpdateTime>2026-01-31T12:00:00.000Z</usageOperationUpdateTime><launchTime>2026-02-31T12:00:00.000Z</launchTime>',
    ),
  ],
  ['an entity that is not known', answer('<keyName>&nope;</keyName>')],
  ['elements in place of text', answer('<keyName><b>1</b></keyName>')],
  ['no id', answer('', '')],
  ['an end of another name', answer('<keyName>a</keyname>')],
  ['something after its end', `${answer('')}<more/>`],
  ['a root of one letter, which is cut off', '<R><reservationSet></reservationSet>'],
  ['no end', answer('').slice(0, -1)],
  ['a declaration', answer('<!x></!x>')],
])('an answer with %s is left to the reader of all XML', (_, text) => {
  expect(compare(instances, text)).toBe(false)
})

test('an answer that is cut off anywhere is left to the reader of all XML', () => {
  const text = answer('<keyName>a</keyName><tagSet><item><key>a</key></item></tagSet>')
  for (let end = 0; end < text.length; end += 1)
    expect(readPlain(instances, Buffer.from(text.slice(0, end)))).toBeNull()
})

test('bytes that are not UTF-8 are left to the reader of all XML', () => {
  const body = Buffer.from(answer('<keyName>a\u0001</keyName>'))
  body[body.indexOf(1)] = 0xff
  expect(readPlain(instances, body)).toBeNull()
})

test('the token of the next page is read with the page', () => {
  const text = answer('').replace('</Desc', '<nextToken>a&amp;b</nextToken></Desc')
  expect(readPlain(instances, Buffer.from(text))?.nextToken).toBe('a&b')
  expect(readPlain(instances, Buffer.from(answer('')))?.nextToken).toBeNull()
})

test.each([
  ['in reservations', instances, answerOf('reservationSet', [8, 13, 110], instanceItem)],
  ['in one list', volumes, answerOf('volumeSet', Array(150).fill(0), volumeItem)],
])(
  'the first resources of a long answer %s are handed over once, as they are given with the others',
  (_, kind, text) => {
    const given: ResourceText[][] = []
    const words: (readonly number[])[] = []
    const onFirst = (items: readonly ResourceText[]) => {
      given.push(items.map((item) => ({ ...item, document: Buffer.from(item.document) })))
      words.push(...items.map((item) => wordsOf(item)))
    }
    const all = readPlain(kind, Buffer.from(text), planRows(kind), onFirst)?.items ?? []
    expect(all.length).toBeGreaterThan(130)
    expect(given).toHaveLength(1)
    const [first = []] = given
    expect(first).toHaveLength(kind === instances ? 21 : 20)
    expect(words).toEqual(all.slice(0, first.length).map(wordsOf))
    expect(first).toEqual(
      all.slice(0, first.length).map((item) => ({ ...item, document: Buffer.from(item.document) })),
    )
  },
)

test('the first resources of a short answer come with the others', () => {
  let given = 0
  const text = answerOf('volumeSet', Array(19).fill(0), volumeItem)
  const onFirst = () => {
    given += 1
  }
  expect(readPlain(volumes, Buffer.from(text), planRows(volumes), onFirst)?.items).toHaveLength(19)
  expect(given).toBe(0)
})

test('members that are those of a resource before, byte for byte, are read and written as if they were not', () => {
  for (let seed = 0; seed < 40; seed += 1) {
    const chance = makeChance(seed)
    const text = answerOf('volumeSet', Array(60).fill(0), () => repetitiveVolume(chance))
    expect(compare(volumes, text)).toBe(true)
  }
})

test('a resource that comes twice is there twice', () => {
  const item = '<item><volumeId>vol-1</volumeId><size>1</size></item>'
  const found = readPlain(volumes, Buffer.from(answerOf('volumeSet', [0, 0, 0], () => item)))
  expect(found?.items.map(({ id }) => id)).toEqual(['vol-1', 'vol-1', 'vol-1'])
})

/** Members of few values, which come, lack and change places, and of such lengths that a document's header is longer or shorter than the one before. */
function repetitiveVolume(chance: (below: number) => number): string {
  const tags = (count: number) => `<item><key>k</key><value>${'ä'.repeat(count)}</value></item>`
  const members = [
    `<volumeId>vol-${chance(3)}</volumeId>`,
    ['<size>8</size>', '<size>80</size>', ''][chance(3)],
    ['<encrypted>true</encrypted>', '<encrypted>false</encrypted>'][chance(2)],
    ['<createTime>2026-01-31T12:00:00.000Z</createTime>', ''][chance(2)],
    ['<snapshotId/>', '<snapshotId></snapshotId>', '<snapshotId>a&amp;b</snapshotId>'][chance(3)],
    ['<other>1</other>', ''][chance(2)],
    [`<tagSet>${tags(1)}${tags(90)}</tagSet>`, `<tagSet>${tags(chance(3))}</tagSet>`, '<tagSet/>'][chance(3)],
    [`<operator><managed>${chance(2) === 0}</managed></operator>`, ''][chance(2)],
  ]
  if (chance(4) === 0) members.reverse()
  return `<item>${members.join('')}</item>`
}

function answerOf<T>(list: string, of: readonly T[], item: (each: T, index: number) => string) {
  return `<?xml version="1.0"?>\n<R xmlns="x"><${list}>${of.map(item).join('')}</${list}></R>`
}

function instanceItem(size: number, index: number): string {
  const items = Array.from(
    { length: size },
    (_, at) => `<item><instanceId>i-${index}-${at}</instanceId></item>`,
  )
  return `<item><reservationId>r-${index}</reservationId><instancesSet>${items.join('')}</instancesSet></item>`
}

function volumeItem(_: number, index: number): string {
  return `<item><volumeId>vol-${index}</volumeId><size>${index}</size></item>`
}

/** An answer with one instance. */
function answer(members: string, id = '<instanceId>i-1</instanceId>'): string {
  return `<?xml version="1.0"?>\n<DescribeInstancesResponse xmlns="x"><reservationSet><item><reservationId>r-1</reservationId><groupSet/><instancesSet><item>${id}${members}</item></instancesSet><ownerId>1</ownerId></item></reservationSet></DescribeInstancesResponse>`
}

/** Whether an answer is read as a plain one; then all that is read must be what the reader of all XML makes of it. */
function compare(kind: Kind, text: string): boolean {
  const body = Buffer.from(text)
  const found = readPlain(kind, body)
  const documentsOf = (read: typeof found) => read?.items.map(({ document }) => Buffer.from(document))
  if (!found) return false
  const { answer: expected, bad } = readAnswer(planFor(kind.operation), body)
  expect(bad).toEqual([])
  expect(found.nextToken).toEqual(expected.NextToken || null)
  const items = itemsIn(expected as JsonObject, kind)
  expect(documentsOf(found)).toEqual(items.map(({ item }) => toJsonb.get(JSON.stringify(item))))
  expect(found.items.map(wordsOf)).toEqual(items.map(({ item }) => wordHashesOf(item)))
  expect(found.items.map(({ values }) => values)).toEqual(items.map(({ item }) => [item]))
  expect(found.items.map(({ id }) => id)).toEqual(items.map(({ item }) => item[kind.id]))
  expect(found.items.map(({ group }) => group)).toEqual(items.map(({ group }) => group))
  const tags = { list: tagOf(kind.operation, [kind.list]), nested: nestedTag(kind) }
  // Cutting gives up more often: an element of the list's name may stand before it.
  const hashes = cutAnswer(body, body.toString('latin1'), tags, key)?.hashes
  if (hashes) expect(found.items.map((item) => item.text)).toEqual(hashes)
  return true
}

function wordsOf({ document, words }: Pick<ResourceText, 'document' | 'words'>): readonly number[] {
  return [...readWordsBehind(document as Uint8Array, words as number)]
}

const readWhole = makeMemberReader(null)
const asValues = (document: Uint8Array) => ({ values: [readWhole(document)], search: '' })

function readPlain(
  kind: Kind,
  body: Buffer,
  { evaluateDocument }: Pick<RowMaking, 'evaluateDocument'> = { evaluateDocument: asValues },
  onFirst?: (items: readonly ResourceText[]) => void,
) {
  const { list, nested, id } = kind
  const withRow = (item: ResourceDocument): ResourceText => ({ ...item, ...evaluateDocument(item.document) })
  const request = {
    list,
    nested: nested?.list ?? null,
    id,
    groupId: nested?.id ?? null,
    key,
    onFirst: onFirst && ((items: readonly ResourceDocument[]) => onFirst(items.map(withRow))),
  }
  const read = readPlainAnswer(planFor(kind.operation), body, request)
  return read && { ...read, items: read.items.map(withRow) }
}

function itemsIn(
  answer: JsonObject,
  { list, nested }: Kind,
): readonly { readonly item: JsonObject; readonly group: object | null }[] {
  const outers = listIn(answer, list)
  if (!nested) return outers.map((item) => ({ item, group: null }))
  return outers.flatMap((outer) => {
    const { [nested.list]: inner, ...fields } = outer
    const group = { id: outer[nested.id], fields: JSON.stringify(fields) }
    return listIn({ inner: inner ?? null }, 'inner').map((item) => ({ item, group }))
  })
}

function listIn(holder: JsonObject, name: string): readonly JsonObject[] {
  const found = holder[name]
  return Array.isArray(found) ? found.filter(isObject) : []
}

function nestedTag({ operation, list, nested }: Kind): string | null {
  return nested ? tagOf(operation, [list, nested.list]) : null
}

function tagOf(operation: string, path: readonly string[]): string {
  let plan = planFor(operation)
  let tag = ''
  for (const name of path) {
    const place = plan.names.indexOf(name)
    tag = (plan.opens[place] ?? '').slice(1, -1)
    const member = plan.plans[place]
    if (member?.type === 'list' && member.item.type === 'structure') plan = member.item
  }
  return tag
}

/** What EC2 does not write is left out of a made answer. */
function makePlain(text: string): string {
  return text
    .replace(/<!\[CDATA\[[\s\S]*?\]\]>|<!--[\s\S]*?-->|<\?pi[\s\S]*?\?>|\r/g, '')
    .replace(/<(\w+) (?:kind|a)="[^"]*">/g, '<$1>')
    .replace(/<\/(\w+) >/g, '</$1>')
}
