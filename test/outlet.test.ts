import { spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { program } from './helpers/launch.ts'
import { temporaryFolder } from './helpers/temporary.ts'

const folder = temporaryFolder()
const env = { PATH: process.env.PATH ?? '', HOME: folder, NODE: process.execPath, MUSTER: program }
/** Prints more than a pipe holds, which is 65,536 bytes. */
const long = '"$NODE" "$MUSTER" help all-columns'

test('what is printed is the same in a file, in a pipe that nobody reads for a while, and in a socket', () => {
  const file = join(folder, 'printed')
  expect(inShell(`${long} > ${file}`).code).toBe(0)
  const text = readFileSync(file, 'utf8')
  expect(text).toMatch(/^Every column of every kind\n/)
  expect(text.length).toBeGreaterThan(70_000)
  expect(inShell(`${long} | (sleep 1; cat)`).out).toBe(text)
  // spawnSync gives a socket.
  expect(
    spawnSync(process.execPath, [program, 'help', 'all-columns'], { env, encoding: 'utf8' }).stdout,
  ).toBe(text)
})

test('a reader that has gone ends the program without an error, and a full disk with one', () => {
  expect(inShell(`{ ${long}; echo $? >&2; } | head -c 1`)).toEqual({ code: 0, out: 'E', err: '0\n' })
  expect(inShell(`${long} > /dev/full`)).toEqual({ code: 1, out: '', err: '' })
})

test('a program that prints to files and pipes makes no streams, which take longer than many a query', () => {
  const hook = join(folder, 'hook.cjs')
  const list = join(folder, 'loaded')
  writeFileSync(
    hook,
    `process.on('exit', () => require('node:fs').writeFileSync(${JSON.stringify(list)}, process.moduleLoadList.join('\\n')))`,
  )
  for (const way of ['2>&1 | cat', `> ${join(folder, 'out')} 2>&1`, '> /dev/null 2>&1']) {
    inShell(`"$NODE" --require ${hook} "$MUSTER" query nonsense --offline ${way}`)
    const loaded = readFileSync(list, 'utf8').split('\n')
    expect(loaded).toContain('NativeModule fs')
    expect(loaded.filter((name) => /NativeModule (net|stream|tty)$/.test(name))).toEqual([])
  }
})

function inShell(script: string) {
  const { status, stdout, stderr } = spawnSync('bash', ['-c', script], { env, encoding: 'utf8' })
  return { code: status, out: stdout, err: stderr }
}
