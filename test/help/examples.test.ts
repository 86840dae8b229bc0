import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { describe, expect, test } from 'vitest'
import { flagOf } from '../../src/app/options.ts'
import { commands } from '../../src/cli.ts'
import { temporaryFolder } from '../helpers/temporary.ts'
import { pageNames, readPage } from './pages.ts'

const root = new URL('../..', import.meta.url).pathname
const home = temporaryFolder()
const texts = [readFileSync(`${root}README.md`, 'utf8'), ...pageNames.map(readPage)]

describe('the examples of the README and the reference', () => {
  const consoles = texts.flatMap((text) => [...text.matchAll(/```console\n([\s\S]*?)```/g)])
  const parts = consoles.flatMap(([, console = '']) => console.split(/^\$ /m).map((part) => part.trimEnd()))
  const shown = [...new Set(parts)].filter((part) => part !== '')

  test.each(shown.map((part) => [part.split('\n')[0] ?? '', part]))(
    '%s prints what they say',
    (command, part) => {
      const [expected = '', cut] = part
        .slice(command.length + 1)
        .trimEnd()
        .split('\n…')
      const printed = run(command).replaceAll('\r', '').trimEnd()
      if (cut === undefined) expect(printed).toBe(expected)
      else expect(printed.startsWith(`${expected}\n`)).toBe(true)
    },
  )

  // The screen and the endpoint do not end by themselves.
  const walk = texts
    .flatMap((text) => [...text.matchAll(/^(muster .*--demo.*)$/gm)].map(([, command = '']) => command))
    .filter((command) => command !== 'muster --demo')

  test.each([...new Set(walk)])('%s works', (command) => {
    expect(run(command)).not.toBe('')
  })

  test('are there', () => {
    expect(shown.length).toBeGreaterThanOrEqual(4)
    expect(walk.length).toBeGreaterThanOrEqual(8)
  })

  test('use commands and options that exist', async () => {
    const code = texts.flatMap((text) => [...text.matchAll(/```[\s\S]*?```/g)].map(([block]) => block))
    const lines = code.flatMap((text) => [...text.matchAll(/^(?:\$ )?muster ([a-z]+) (.*)$/gm)])
    expect(lines.length).toBeGreaterThan(30)
    for (const [line, name, rest = ''] of lines) {
      const entry = commands.find((command) => command.name === name)
      expect(entry, line).toBeDefined()
      const options = (await entry?.load())?.options ?? []
      const flags = options.map((option) => flagOf(typeof option === 'string' ? option : option.name))
      const used = [...rest.replace(/ #.*/, '').matchAll(/(?<= )--[a-z-]+/g)].map(([flag]) => flag)
      for (const flag of used) expect([...flags, '--demo', '--cache', '--help'], line).toContain(flag)
    }
  })
})

/**
 * Runs an example as a shell would, on the demo fleet; throws unless it exits 0. The home is empty for the first one, and
 * the others find there what was read before, as for somebody who tries one example after the other.
 */
function run(command: string): string {
  const muster = `'${process.execPath}' '${root}dist/muster.js'`
  const env = { PATH: process.env.PATH, HOME: home, TMPDIR: tmpdir(), AWS_EC2_METADATA_DISABLED: 'true' }
  const script = command.replace(/^muster/, muster)
  return execFileSync('sh', ['-c', script], {
    encoding: 'utf8',
    cwd: home,
    env,
    stdio: ['ignore', 'pipe', 'ignore'],
  })
}
