import { stringify } from 'yaml'
import type { Answer, Json } from '../model.ts'
import { isEmptyObject } from './columns.ts'
import { escapeForTerminal } from './sanitise.ts'

/**
 * YAML, a list item by item; nothing for an answer that is an empty object, as the AWS CLI has it. Text that
 * YAML 1.1 or 1.2 could read as something else is quoted.
 */
export function* yamlLines(answer: Answer, terminal: boolean): Generator<string> {
  if (isEmptyObject(answer)) return
  const print = (value: Json) => {
    const text = stringify(value, { compat: 'yaml-1.1', lineWidth: 0, aliasDuplicateObjects: false })
    return terminal ? escapeForTerminal(text) : text
  }
  if (answer.type === 'value') {
    yield print(answer.value)
    return
  }
  let empty = true
  for (const item of answer.items) {
    yield print([item])
    empty = false
  }
  if (empty) yield '[]\n'
}
