import { usageError } from '../errors.ts'
import type { ParameterSetting } from './parameters.ts'

/** What a line asks for: an expression or a saved query's name, and values for its parameters. */
export interface QuestionLine {
  readonly word: string
  readonly settings: readonly ParameterSetting[]
}

/**
 * Reads `by-tag KEY=Team VALUE='web shop'`. A line without such settings is one word, whatever it holds. A usage error
 * if anything else stands among the settings.
 */
export function readQuestionLine(line: string): QuestionLine {
  const [, word = '', tail = ''] =
    /^([A-Za-z0-9][A-Za-z0-9-]*)(\s+[A-Za-z_][A-Za-z0-9_]*=(?!=).*)$/s.exec(line) ?? []
  if (word === '') return { word: line, settings: [] }
  const settings: ParameterSetting[] = []
  let at = 0
  while (tail.slice(at).trim() !== '') {
    setting.lastIndex = at
    const [found, name = '', written = ''] = setting.exec(tail) ?? []
    if (found === undefined) {
      throw usageError(
        `'${tail.slice(at).trim()}' is not NAME=value: put a value with spaces into single quotes, as VALUE='web shop'.`,
      )
    }
    settings.push([name, written.replace(/'([^']*)'|"([^"]*)"/g, (_, single, double) => single ?? double)])
    at += found.length
  }
  return { word, settings }
}

/** One setting as text that `readQuestionLine` reads back. */
export function formatSetting([name, written]: ParameterSetting): string {
  if (!/[\s'"]/.test(written) && written !== '') return `${name}=${written}`
  return written.includes("'") ? `${name}="${written}"` : `${name}='${written}'`
}

const setting = /\s*([A-Za-z_][A-Za-z0-9_]*)=((?:'[^']*'|"[^"]*"|\S)*)(?=\s|$)/y
