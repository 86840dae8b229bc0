import type { Json, JsonObject, Kind } from '../model.ts'
import type { Store } from '../store/open.ts'
import type { LedgerLine } from '../store/read.ts'
import { type ScannedResource, scanDocuments } from '../store/scan.ts'

export interface DocumentRequest {
  readonly kind: Kind
  readonly lines: readonly LedgerLine[]
  /** Whether resources carry AccountId, AccountName, Profile and Region. */
  readonly origin: boolean
  /** The members of a resource that are looked at; null for all. */
  readonly fields: readonly string[] | null
}

/** The cache as chunks of the AWS CLI's list: reservations with their instances, or plain resources. */
export function* listChunks(store: Store, request: DocumentRequest): Generator<readonly JsonObject[]> {
  const { kind, lines, origin, fields } = request
  const stored = fields?.filter((field) => !(field in originOf(lines[0]))) ?? null
  for (const scanned of scanDocuments(store, lines, kind, stored)) {
    const resources = scanned.map((each) => (origin ? { ...each.body, ...originOf(each.line) } : each.body))
    yield kind.nested ? regrouped(scanned, resources, kind.nested) : resources
  }
}

/** The resources alone, one by one, groups opened. */
export function* eachResource(store: Store, request: DocumentRequest): Generator<JsonObject> {
  const { nested } = request.kind
  for (const chunk of listChunks(store, request)) {
    if (!nested) yield* chunk
    else for (const group of chunk) yield* group[nested.list] as JsonObject[]
  }
}

/** The fields that say where a resource was found. */
export function originOf(line: LedgerLine | undefined): JsonObject {
  return {
    AccountId: line?.scope.account ?? null,
    AccountName: line?.accountName ?? line?.scope.account ?? null,
    Profile: line?.scope.profile ?? null,
    Region: line?.scope.region ?? null,
  }
}

/** The list stands last among the members, as the AWS CLI prints it. */
function regrouped(
  scanned: readonly ScannedResource[],
  resources: readonly JsonObject[],
  nested: { readonly list: string },
): JsonObject[] {
  const groups: { id: string | null; line: LedgerLine; fields: JsonObject; members: Json[] }[] = []
  scanned.forEach(({ line, groupId, groupFields }, index) => {
    const resource = resources[index] as JsonObject
    const last = groups.at(-1)
    if (last && last.id === groupId && last.line === line) last.members.push(resource)
    else groups.push({ id: groupId, line, fields: groupFields ?? {}, members: [resource] })
  })
  return groups.map(({ fields, members }) => ({ ...fields, [nested.list]: members }))
}
