import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { describe, expect, test } from 'vitest'
import { temporaryFolder } from './helpers/temporary.ts'

const root = new URL('..', import.meta.url).pathname
const readme = readFileSync(`${root}README.md`, 'utf8')

describe('the README’s examples', () => {
  const console = /```console\n([\s\S]*?)```/.exec(readme)?.[1] ?? ''
  const shown = console.split(/^\$ /m).filter((part) => part.trim() !== '')

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

  const walk = [...readme.matchAll(/^(muster .*--demo.*)$/gm)].map((match) => match[1] ?? '')

  test.each(walk)('%s works', (command) => {
    expect(run(command)).not.toBe('')
  })

  test('are there', () => {
    expect(shown.length).toBeGreaterThanOrEqual(4)
    expect(walk.length).toBeGreaterThanOrEqual(3)
  })
})

/** Runs an example as a shell would, on the demo fleet with an empty home; throws unless it exits 0. */
function run(command: string): string {
  const home = temporaryFolder()
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
