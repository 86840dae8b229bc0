/** Text for an XML 1.0 element: markup, C0 and C1 characters and line ends as references. */
export function escapeXml(text: string): string {
  return /[&<>"'\r\n\t\u007f-\u009f]/.test(text)
    ? text.replace(/[&<>"'\r\n\t\u007f-\u009f]/g, escapeCharacter)
    : text
}

/** An element, or nothing for null: EC2 leaves absent members out. */
export function elementXml(name: string, text: string | number | boolean | null): string {
  return text === null ? '' : `<${name}>${typeof text === 'string' ? escapeXml(text) : text}</${name}>`
}

/** `<tagSet>` as EC2 sends it. */
export function tagSetXml(tags: readonly (readonly [key: string, value: string])[]): string {
  let items = ''
  for (const [key, value] of tags) {
    items += `<item><key>${escapeXml(key)}</key><value>${escapeXml(value)}</value></item>`
  }
  return items === '' ? '' : `<tagSet>${items}</tagSet>`
}

/** Times as EC2 writes them: `2026-01-01T00:00:00.000Z`. */
export function xmlTime(ms: number): string {
  return new Date(ms).toISOString()
}

/** A request id in UUID form. */
export function requestIdOf(n: number): string {
  return `00000000-aced-4000-8000-${n.toString(16).padStart(12, '0')}`
}

/** What the members of an element hold: null leaves one out, and a list holds an `<item>` for each. */
export type XmlValue = string | number | boolean | null | XmlMembers | readonly XmlValue[]
export interface XmlMembers {
  readonly [name: string]: XmlValue
}

/** `<item>` with these members. An empty list is an empty element, as EC2 sends it. */
export function itemXml(members: XmlMembers): string {
  return `<item>${contentXml(members)}</item>`
}

/** Tags for `itemXml`; null where EC2 leaves the set out. */
export function tagMembers(tags: readonly (readonly [key: string, value: string])[]): XmlValue {
  return tags.length === 0 ? null : tags.map(([key, value]) => ({ key, value }))
}

function escapeCharacter(character: string): string {
  if (character === '&') return '&amp;'
  if (character === '<') return '&lt;'
  if (character === '>') return '&gt;'
  return `&#x${character.charCodeAt(0).toString(16)};`
}

function contentXml(value: Exclude<XmlValue, null>): string {
  if (typeof value === 'string') return escapeXml(value)
  if (typeof value !== 'object') return String(value)
  if (isList(value)) {
    return value.map((each) => (each === null ? '' : `<item>${contentXml(each)}</item>`)).join('')
  }
  let xml = ''
  for (const [name, member] of Object.entries(value)) {
    if (member !== null) xml += `<${name}>${contentXml(member)}</${name}>`
  }
  return xml
}

function isList(value: XmlMembers | readonly XmlValue[]): value is readonly XmlValue[] {
  return Array.isArray(value)
}
