import type { Cell } from './fleet.ts'
import { hash, pick } from './random.ts'

export type Tag = readonly [key: string, value: string]

export const roles = [
  'web',
  'api',
  'worker',
  'db',
  'cache',
  'queue',
  'bastion',
  'batch',
  'search',
  'ci-runner',
]
const owners = ['amara', 'bjorn', 'chen', 'dolores', 'emeka', 'farah', 'goran', 'hana', 'ines', 'jorge']

/** Values that have broken other tools: kept in the fleet so that they are met early. */
export const wildValues: readonly string[] = [
  '🚀 launch-day 👩‍💻',
  'שרת בדיקות',
  'خادم-الإنتاج',
  'red\u009b31malert\u009b0m',
  '=HYPERLINK("http://x","y")',
  'x'.repeat(256),
  'first line\nsecond line',
  'a\ttab, a comma, "quotes" & <angles> \'n\' all',
  '東京-本番-データベース',
  ' leading and trailing ',
]

/** The tags that an account's resources have in common, behind their Name. */
export function cellTags({ account }: Cell, name: string): readonly Tag[] {
  return [
    ['Name', name],
    ['Environment', account.environment],
    ['Team', account.team],
  ]
}

/** What an instance does: part of its name and of its security group's. */
export function roleOf(cell: Cell, n: number): string {
  return pick(roles, hash(cell.seed, n, 21))
}

/** An instance's tags. One in 13 has no Name, one in 6 no Owner, one in 20 a wild value. */
export function instanceTags(cell: Cell, n: number, role: string): readonly Tag[] {
  const h = hash(cell.seed, n, 22)
  const { account } = cell
  const tags: Tag[] = []
  if (h % 13 !== 0) tags.push(['Name', `${account.team}-${role}-${account.environment}-${n + 1}`])
  tags.push(['Environment', account.environment], ['Team', account.team], ['CostCentre', account.costCentre])
  if ((h >>> 4) % 6 !== 0) tags.push(['Owner', `${pick(owners, h >>> 9)}@acme.example`])
  tags.push(['Role', role], ['ManagedBy', (h >>> 6) % 5 === 0 ? 'console' : 'terraform'])
  if ((h >>> 7) % 4 === 0) tags.push(['aws:autoscaling:groupName', `${account.team}-${role}-asg`])
  const place = cell.first + n
  if (place % 20 === 7) tags.push(['Note', pick(wildValues, Math.floor(place / 20))])
  return tags
}
