import type { Json, JsonObject } from '../model.ts'

/** Where the tags of a resource stand: DescribeNetworkInterfaces alone calls them TagSet. */
export const tagListNames: readonly string[] = ['Tags', 'TagSet']

/** The tags of a resource as AWS gives them; null if it has none. */
export function tagListOf(resource: JsonObject): Json {
  return resource.Tags ?? resource.TagSet ?? null
}
