import { originOf } from '../kinds.ts'
import type { Json, JsonObject, Kind, Scope, ScopeResources } from '../model.ts'

/** Where a resource was found. */
export interface ResourceSource {
  readonly scope: Scope
  readonly accountName: string | null
}

/** One resource, from the cache or from AWS, with the group that it came in. */
export interface FoundResource {
  readonly line: ResourceSource
  readonly groupId: string | null
  readonly groupFields: JsonObject | null
  readonly body: JsonObject
}

/**
 * Resources as chunks of the AWS CLI's list: reservations with their instances, or plain resources. A chunk holds
 * whole groups, their members one after the other. With `origin` the resources say where they were found.
 */
export function* listChunks(
  found: Iterable<readonly FoundResource[]>,
  kind: Kind,
  origin: boolean,
): Generator<readonly JsonObject[]> {
  for (const chunk of found) {
    const resources = chunk.map((each) => (origin ? { ...each.body, ...originOf(each.line) } : each.body))
    yield kind.nested ? groupResources(chunk, resources, kind.nested) : resources
  }
}

/** Only the resources of such chunks, one by one, without their groups. */
export function* flattenResources(
  chunks: Iterable<readonly JsonObject[]>,
  kind: Kind,
): Generator<JsonObject> {
  const { nested } = kind
  for (const chunk of chunks) {
    if (!nested) yield* chunk
    else for (const group of chunk) yield* group[nested.list] as JsonObject[]
  }
}

/** What was read of scopes and not stored, a scope at a time. A group that came on two pages is one again. */
export function* listFoundResources(read: readonly ScopeResources[]): Generator<readonly FoundResource[]> {
  for (const line of read) {
    const groups = Map.groupBy(line.resources, ({ id, group }) => (group ? `group ${group.id}` : id))
    yield [...groups.values()].flat().map(({ group, body }) => ({
      line,
      groupId: group?.id ?? null,
      groupFields: group?.fields ?? null,
      body,
    }))
  }
}

/** The list stands last among the members, as the AWS CLI prints it. A resource that is null is in no list. */
export function groupResources(
  found: readonly FoundResource[],
  resources: readonly (JsonObject | null)[],
  nested: { readonly list: string },
): JsonObject[] {
  const groups: { id: string | null; line: ResourceSource; fields: JsonObject; members: Json[] }[] = []
  found.forEach(({ line, groupId, groupFields }, index) => {
    const resource = resources[index] ?? null
    const members = resource === null ? [] : [resource]
    const last = groups.at(-1)
    if (last && last.id === groupId && last.line === line) last.members.push(...members)
    else groups.push({ id: groupId, line, fields: groupFields ?? {}, members })
  })
  return groups.map(({ fields, members }) => ({ ...fields, [nested.list]: members }))
}
