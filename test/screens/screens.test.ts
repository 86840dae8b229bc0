import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { temporaryFolder } from '../helpers/temporary.ts'
import type { Cell, Size, TerminalRun } from '../ui/terminal.ts'
import { copyDemoCache, isSynced, openDemo, shows } from './demo-screen.ts'
import { svgOf } from './svg.ts'

const readmeFile = new URL('../../README.md', import.meta.url)

/** What the README shows. `npm run screens` takes new pictures; any other run only compares them. */
const shots: readonly {
  readonly name: string
  readonly title: string
  readonly size: Size
  readonly take: (run: TerminalRun) => Promise<void>
}[] = [
  {
    name: 'instances',
    title: 'The table of instances of the demo fleet',
    size: [120, 24],
    take: (run) => run.press('j', 'j', 'j', 'j'),
  },
  {
    name: 'filter',
    title: 'A filter whose values are completed from the cache',
    size: [120, 16],
    take: async (run) => {
      await run.press(...'llllllll', 'O')
      await shows(run, 'AGE↑')
      await run.press('/', ...'payments-api state=')
      await shows(run, 'stopped ')
    },
  },
  {
    name: 'detail',
    title: 'One instance in detail',
    size: [120, 30],
    take: async (run) => {
      for (const [kind, title] of [
        ['volumes', 'Volumes('],
        ['security-groups', 'Security groups('],
        ['subnets', 'Subnets('],
      ] as const) {
        run.type(`:${kind}\r`)
        await shows(run, title)
        await isSynced(run)
        await run.press('esc')
        await shows(run, 'Instances(')
      }
      await run.press('j', 'enter')
      await shows(run, 'Mentioned by')
      await run.press('j')
    },
  },
  {
    name: 'group',
    title: 'The rows counted by type',
    size: [120, 16],
    take: async (run) => {
      await run.press('l', 'l', 'l', 'F')
      await shows(run, '█')
    },
  },
  {
    name: 'sign-in',
    title: 'Signing in to an SSO session',
    size: [120, 16],
    take: async (run) => {
      await run.press('L')
      await shows(run, 'Sent the address to the terminal’s clipboard.')
    },
  },
  {
    name: 'queries',
    title: 'The saved queries',
    size: [120, 19],
    take: async (run) => {
      await run.press('Q')
      await shows(run, 'Saved queries')
    },
  },
]

describe('the pictures of the README', () => {
  // The first picture is of a demo that has read its fleet; the others open what that one has read.
  const cache = join(temporaryFolder(), 'demo.db')

  test.each(shots)('$name is what the screen shows today', async ({ name, title, size, take }) => {
    const run = openDemo(size, cache)
    await isSynced(run)
    if (!existsSync(cache)) await copyDemoCache(run.home, cache)
    await take(run)
    await run.untilSettled()
    const [columns, rows] = size
    const cells = Array.from({ length: rows }, (_, row) =>
      sameEachTime(Array.from({ length: columns }, (_, column) => run.cell(row, column))),
    )
    const picture = svgOf(cells, title)
    const file = new URL(`${name}.svg`, import.meta.url)
    if (process.env.TAKE_SCREENS) writeFileSync(file, picture)
    expect(readFileSync(file, 'utf8'), 'take it anew with `npm run screens`').toBe(picture)
  })

  test('are all in the README', () => {
    const readme = readFileSync(readmeFile, 'utf8')
    for (const { name, title } of shots) expect(readme).toContain(`![${title}](test/screens/${name}.svg)`)
  })
})

/** A line with one port and one code for those that the demo makes anew each time. */
function sameEachTime(line: readonly Cell[]): readonly Cell[] {
  const text = line.map((cell) => cell.text || ' ').join('')
  const made = text
    .replaceAll(/(?<=127\.0\.0\.1:)\d{5}/g, '40404')
    .replaceAll(/\b[A-Z]{4}-[A-Z]{4}\b/g, 'WXYZ-ABCD')
  return made === text ? line : line.map((cell, at) => ({ ...cell, text: made[at] ?? '' }))
}
