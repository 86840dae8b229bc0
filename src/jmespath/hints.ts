/** Sentences for what users get wrong, with the way out: what was found, what was expected, what to write. */

import { editDistance } from '../nearest.ts'
import type { Token } from './token.ts'

/** A character that starts no token. */
export function describeStrayCharacter(expression: string, position: number): string {
  const char = String.fromCodePoint(expression.codePointAt(position) ?? 0)
  if (char === '=') return 'A single = means nothing here; compare with ==.'
  if (char === '-')
    return 'A - means nothing here; put a name that holds one in double quotes, as "cost-center".'
  if (char === '%' || char === '+' || char === '/')
    return `JMESPath has no arithmetic: ${char} means nothing here.`
  if (char === '\\') return 'A backslash means nothing outside quotes; the shell may need fewer of them.'
  if (char === '“' || char === '”' || char === '‘' || char === '’') {
    return `${char} is a typographic quote; write ' or " instead.`
  }
  if (char === '$' || char === '#')
    return `${char} means nothing in JMESPath; a path starts at a field or at @.`
  return `${char.trim() === '' ? 'This character' : char} means nothing here; put names with special characters in double quotes.`
}

/** A token where a value should start. `before` is the token left of it. */
export function describeMissingValue(found: Token, before: Token | undefined): string {
  if (found.type === 'number') {
    return `Found the bare number ${found.text}; write numbers in backticks, as \`${found.text}\`.`
  }
  if (before !== undefined && comparators.has(before.type)) {
    return `Found ${nameToken(found)} where the right side of ${before.text} should be; if it was in backticks, the shell took them: put the whole expression in single quotes.`
  }
  if (found.type === 'end')
    return 'The expression ends too early: a field, a literal or a function is missing.'
  if (found.type === ']' && before?.type === '[?') return 'The filter [?…] is empty; write a condition in it.'
  return `Found ${nameToken(found)} where a field, a literal or a function should be.`
}

/** A token after a complete expression that cannot continue it. */
export function describeMissingEnd(found: Token): string {
  if (found.type === 'identifier' && (found.text === 'and' || found.text === 'or')) {
    return `Found the word ${found.text}; write ${found.text === 'and' ? '&&' : '||'}.`
  }
  if (found.type === '&') return 'Found a single &; write && for "and".'
  if (found.type === ')') return 'Found ) without a ( before it.'
  if (found.type === ']') return 'Found ] without a [ before it.'
  if (found.type === '}') return 'Found } without a { before it.'
  if (found.type === 'literal') {
    return `Found ${nameToken(found)} where an operator should be; inside single quotes write \\' for a quote.`
  }
  return `Found ${nameToken(found)} where the expression should continue with an operator or end.`
}

/** A certain token was needed, another was found. */
export function describeMissingToken(wanted: string, found: Token): string {
  if (found.type === 'end') return `The expression ends too early: ${wanted} is missing.`
  if (wanted === '*' && found.type !== ']') {
    return `Found ${nameToken(found)} after [; a filter starts with [?, a list of fields follows a dot: .[a, b].`
  }
  if (found.type === 'identifier' || found.type === '&')
    return describeMissingEnd(found).replace('with an operator or end', `or ${wanted} should be`)
  return `Found ${nameToken(found)} where ${wanted} should be.`
}

/** A name in double quotes where a text was meant. */
export function describeQuotedField(name: string): string {
  const short = name.length > 40 ? `${name.slice(0, 39)}…` : name
  return `"${short}" in double quotes is the field of that name; a text is written '${short}'`
}

/** `Unknown function: lenght()`, with the nearest of the names that exist. */
export function describeUnknownFunction(name: string, names: Iterable<string>): string {
  let nearest: string | null = null
  let least = Math.max(2, Math.ceil(name.length / 3)) + 1
  for (const known of names) {
    const distance = editDistance(name.toLowerCase().replaceAll('_', ''), known.replaceAll('_', ''))
    if (distance >= least) continue
    nearest = known
    least = distance
  }
  const hint = nearest === null ? 'JMESPath has only its own functions' : `did you mean ${nearest}()`
  return `There is no function ${name}(); ${hint}${nearest === null ? '.' : '?'}`
}

const comparators: ReadonlySet<string> = new Set(['==', '!=', '<', '<=', '>', '>='])

function nameToken(token: Token): string {
  if (token.type === 'end') return 'the end'
  return token.text.length > 40 ? `${token.text.slice(0, 39)}…` : token.text
}
