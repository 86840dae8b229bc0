// What Node keeps compiled between starts (src/compile-cache.ts) is what V8 compiles as a file is loaded: functions are
// compiled when they are first called, again at every start. That took a fifth of `muster query`. V8 compiles a function
// in parentheses at once, so functions that most starts call are written so: a third less of the time above bare Node.
// called-at-start.txt names them; called-at-start.mjs writes it anew.
import { readFileSync } from 'node:fs'
import { relative } from 'node:path'

const list = new URL('called-at-start.txt', import.meta.url)

/** The functions to compile at once: names by file. */
export function readCalledAtStart() {
  const lines = readFileSync(list, 'utf8').trim().split('\n')
  return new Map(lines.map((line) => [line.split(' ')[0], new Set(line.split(' ').slice(1))]))
}

/** Makes the function that prepares the text of a source file for the bundle. */
export function compilerAtOnce() {
  const called = readCalledAtStart()
  return (text, path) => {
    const names = called.get(relative('.', path))
    return names ? compileAtOnce(text, names) : text
  }
}

/**
 * Writes functions of these names, if they stand at the left of the file, as constants at its beginning: like functions,
 * they are there before anything else of the file runs.
 */
export function compileAtOnce(text, names) {
  const lines = text.split('\n')
  const first = []
  const others = []
  for (let at = 0; at < lines.length; at += 1) {
    const [, exported = '', name] = /^(export )?(?:async )?function\*? (\w+)/.exec(lines[at]) ?? []
    const end = names.has(name) ? lines.indexOf('}', at) : -1
    if (end < 0) {
      others.push(lines[at])
      continue
    }
    first.push(
      `${exported}const ${name} = (${lines
        .slice(at, end + 1)
        .join('\n')
        .slice(exported.length)});`,
    )
    at = end
  }
  return [...first, ...others].join('\n')
}
