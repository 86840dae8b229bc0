/** A member of the object that a JSON text holds: where its name begins, and its value from its beginning to its end. */
interface Member {
  readonly name: string
  readonly at: number
  readonly valueAt: number
  readonly end: number
}

/**
 * The text of a JSON object with one member set to a value, written as JSON: the place of the member if it is there, else
 * the end. All other text stays as it is, byte for byte. `text` must hold an object.
 */
export function setJsonMember(text: string, name: string, value: string): string {
  const members = membersOf(text)
  const member = members.findLast((each) => each.name === name)
  if (member) return `${text.slice(0, member.valueAt)}${value}${text.slice(member.end)}`
  const written = `${JSON.stringify(name)}: ${value}`
  const last = members.at(-1)
  if (last)
    return `${text.slice(0, last.end)},${blanksBefore(text, last.at)}${written}${text.slice(last.end)}`
  return `${text.slice(0, text.indexOf('{'))}{\n  ${written}\n}${text.slice(text.lastIndexOf('}') + 1)}`
}

/** The same text without a member. */
export function removeJsonMember(text: string, name: string): string {
  const members = membersOf(text)
  const place = members.findLastIndex((each) => each.name === name)
  const member = members[place]
  if (!member) return text
  const before = members[place - 1]
  const next = members[place + 1]
  const cut = next ? [member.at, next.at] : before ? [before.end, member.end] : [member.at, member.end]
  const rest = `${text.slice(0, cut[0])}${text.slice(cut[1])}`
  return removeJsonMember(rest, name)
}

/** The blanks and line ends before a name, so that the next one stands under it. */
function blanksBefore(text: string, at: number): string {
  return /\s*$/.exec(text.slice(0, at))?.[0] || ' '
}

function membersOf(text: string): readonly Member[] {
  const members: Member[] = []
  let at = skipBlanks(text, text.indexOf('{') + 1)
  while (text[at] === '"') {
    const nameEnd = endOfString(text, at)
    const valueAt = skipBlanks(text, text.indexOf(':', nameEnd) + 1)
    const end = endOfValue(text, valueAt)
    members.push({ name: String(JSON.parse(text.slice(at, nameEnd))), at, valueAt, end })
    at = skipBlanks(text, end)
    if (text[at] === ',') at = skipBlanks(text, at + 1)
  }
  return members
}

function endOfValue(text: string, from: number): number {
  let depth = 0
  let at = from
  for (; at < text.length; at += 1) {
    const char = text[at] ?? ''
    if (depth === 0 && (char === ',' || char === '}' || char === ']' || /\s/.test(char))) return at
    if (char === '"') at = endOfString(text, at) - 1
    else if (char === '{' || char === '[') depth += 1
    else if (char === '}' || char === ']') depth -= 1
    if (depth === 0 && (char === '"' || char === '}' || char === ']')) return at + 1
  }
  return at
}

/** The place behind the closing quote. */
function endOfString(text: string, from: number): number {
  for (let at = from + 1; at < text.length; at += text[at] === '\\' ? 2 : 1)
    if (text[at] === '"') return at + 1
  return text.length
}

function skipBlanks(text: string, from: number): number {
  let at = from
  while (/\s/.test(text[at] ?? '')) at += 1
  return at
}
