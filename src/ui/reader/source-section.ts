import type { PageLine, PageSection, Tone } from '../threads/messages.ts'

/** Text of YAML or JSON as a section: keys and values have colours by what they are. */
export function makeSourceSection(text: string, form: 'yaml' | 'json'): PageSection {
  const texts = text.replace(/\n$/, '').split('\n')
  const lines = form === 'json' ? texts.map(partJson) : partYaml(texts)
  return { title: null, place: 'wide', lines }
}

function partJson(line: string): PageLine {
  const [, key = '', rest = line] = /^(\s*(?:"(?:[^"\\]|\\.)*":)?)(.*)$/s.exec(line) ?? []
  return { type: 'source', depth: 0, key, rest, tone: toneOf(rest.trim().replace(/,$/, '')) }
}

const sourceLine = /^(\s*(?:- )*)((?:"(?:[^"\\]|\\.)*"|[^\s"'#&*!|>%@`[{-][^:]*?):)?(?=\s|$)?(.*)$/s

/** Lines under `key: |` are a text, whatever they look like. */
function partYaml(texts: readonly string[]): readonly PageLine[] {
  let literal: number | null = null
  return texts.map((line): PageLine => {
    const depth = line.search(/\S/)
    if (literal !== null && (depth > literal || depth < 0))
      return { type: 'source', depth: 0, key: '', rest: line, tone: 'string' }
    const [, indent = '', key = '', rest = ''] = sourceLine.exec(line) ?? [line, '', '', line]
    const isKey = key !== '' && (rest === '' || rest.startsWith(' '))
    const value = isKey ? rest : line.slice(indent.length)
    literal = /^ ?\|[-+]?$/.test(value) ? depth : null
    return {
      type: 'source',
      depth: 0,
      key: isKey ? indent + key : indent,
      rest: value,
      tone: toneOf(value.trim()),
    }
  })
}

/** What a value is. Brackets and marks are plain. */
function toneOf(value: string): Tone {
  if (/^(?:[[\]{}|>]+[-+]?)?$/.test(value)) return 'plain'
  if (/^(?:null|true|false)$/.test(value)) return 'constant'
  return /^[-+]?\.?\d[\d.]*(?:[eE][-+]?\d+)?$|^-?\.(?:inf|nan)$/.test(value) && !/\..*\./.test(value)
    ? 'number'
    : 'string'
}
