import type { Answer, Json } from '../model.ts'
import { escapeForTerminal } from './sanitise.ts'

/** Four spaces, `[]` and `{}`, non-ASCII kept: the AWS CLI's json. A list is written item by item. */
export function* jsonLines(answer: Answer, terminal: boolean): Generator<string> {
  const print = (value: Json) => (terminal ? escapeForTerminal(dump(value)) : dump(value))
  if (answer.type === 'value') {
    yield `${print(answer.value)}\n`
    return
  }
  let first = true
  for (const item of answer.items) {
    yield `${first ? '[' : ','}\n    ${print(item).replaceAll('\n', '\n    ')}`
    first = false
  }
  yield first ? '[]\n' : '\n]\n'
}

/** One compact JSON text per line. */
export function* ndjsonLines(answer: Answer, terminal: boolean): Generator<string> {
  const items = answer.type === 'value' ? [answer.value] : answer.items
  for (const item of items) {
    const text = JSON.stringify(item)
    yield `${terminal ? escapeForTerminal(text) : text}\n`
  }
}

function dump(value: Json): string {
  return JSON.stringify(value, null, 4)
}
