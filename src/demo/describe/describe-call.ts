import type { Cell } from '../fleet.ts'
import { AwsRefusal, type DemoRequest } from '../http-answer.ts'
import { elementXml } from '../xml.ts'
import { filterOf, idsNameOf, listOf } from './filters.ts'
import { pageOf } from './page-of.ts'
import type { SimulatedKind } from './simulated-kind.ts'

/** What is inside of EC2's answer to a Describe call. Throws AwsRefusal. */
export function answerDescribe<T>(kind: SimulatedKind<T>, cell: Cell, request: DemoRequest): string {
  const { params } = request
  refuseUnknownParameters(kind, params)
  const ids = new Set(listOf(params, idsNameOf(kind)))
  const passesFilters = filterOf(kind, params)
  const passesOwn = kind.own?.makeTest(params, cell) ?? (() => true)
  const { items, nextToken } = pageOf(kind, cell, request, (item) => {
    if (ids.size > 0 && !ids.has(kind.idOf(item))) return false
    return passesOwn(item) && passesFilters(item)
  })
  if (!params.has(`${kind.filterParameter ?? 'Filter'}.1.Name`)) refuseUnknownIds(kind, ids, items)
  return `<${kind.list}>${listXml(kind, items)}</${kind.list}>${elementXml('nextToken', nextToken)}`
}

/** What EC2 says of ids that it does not know, in the words that most kinds share. */
export function notFoundRefusal(code: string, noun: string, ids: readonly string[]): AwsRefusal {
  const words = ids.length === 1 ? `ID '${ids[0]}' does` : `IDs '${ids.join(', ')}' do`
  return new AwsRefusal(400, code, `The ${noun} ${words} not exist`)
}

function refuseUnknownParameters<T>(kind: SimulatedKind<T>, params: URLSearchParams): void {
  const known = new Set([
    'Action',
    'Version',
    'DryRun',
    'Filter',
    idsNameOf(kind),
    ...(kind.own?.names ?? []),
  ])
  if (kind.pages) known.add('MaxResults').add('NextToken')
  for (const name of params.keys()) {
    if (known.has(name.split('.')[0] ?? '')) continue
    throw new AwsRefusal(400, 'UnknownParameter', `The parameter ${name} is not recognized`)
  }
}

function refuseUnknownIds<T>(
  kind: SimulatedKind<T>,
  requestedIds: ReadonlySet<string>,
  items: readonly T[],
): void {
  const found = new Set(items.map((item) => kind.idOf(item)))
  const unknown = [...requestedIds].filter((id) => !found.has(id))
  if (unknown.length > 0) throw kind.unknownRefusal(unknown)
}

function listXml<T>(kind: SimulatedKind<T>, items: readonly T[]): string {
  const { group } = kind
  if (!group) return items.map((item) => kind.xmlOf(item)).join('')
  let xml = ''
  let open: string | null = null
  for (const item of items) {
    const id = group.idOf(item)
    if (id !== open) {
      xml += `${open === null ? '' : `</${group.list}></item>`}<item>${group.headOf(item)}<${group.list}>`
      open = id
    }
    xml += kind.xmlOf(item)
  }
  return open === null ? '' : `${xml}</${group.list}></item>`
}
