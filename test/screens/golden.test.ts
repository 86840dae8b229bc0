import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { sizes } from '../ui/terminal.ts'
import { isSynced, openDemo, shows } from './demo-screen.ts'

/** Every screen: the keys that lead to it from the table, a text that it has, and the keys that lead back. */
const screens: readonly (readonly [
  name: string,
  keys: readonly string[],
  text: string,
  back?: readonly string[],
])[] = [
  ['table', ['j', 'j'], 'Instances(', []],
  ['sorted', ['l', 'O'], 'ID↑', ['O', 'O', 'h']],
  ['all-columns', ['ctrl-w'], ' +', ['ctrl-w']],
  ['filter-typed', ['/', ...'state='], 'state='],
  ['filter', ['/', ...'state=stopped', 'enter'], '</state=stopped>'],
  ['nothing-found', ['/', ...'zzzz', 'enter'], 'No row'],
  ['columns', ['w'], 'olumns'],
  ['group', ['l', 'l', 'F'], 'COUNT', ['esc', 'h', 'h']],
  ['profiles', ['P'], 'Profiles('],
  ['regions', ['R'], 'Regions('],
  ['queries', ['Q'], 'Saved queries'],
  ['counts', [...':query by-type', 'enter'], 'by-type('],
  ['command', [...':vol'], 'volumes'],
  ['resource', ['j', 'enter'], 'Mentions'],
  ['yaml', ['j', 'y'], 'Architecture:'],
  ['json', ['j', 'J'], '"Architecture":'],
  ['faults', ['!'], 'Faults'],
  ['scopes', [...':scopes', 'enter'], 'Scopes('],
  ['help', ['?'], 'On a table'],
  ['same-command', ['='], 'muster'],
  ['plan', [...':explain', 'enter'], 'Plan'],
  ['find', [...':find payments-api', 'enter'], 'Find payments-api'],
  ['export', ['ctrl-s'], 'export to'],
  ['quit', ['q'], 'Quit muster?'],
  ['mistake', [...':query lengthh(@)', 'enter'], 'There is no function'],
]
const table = '── Instances(12 accounts, 4 regions)[400] ─'
const folder = new URL('golden/', import.meta.url)
const nameOf = (name: string, size: string) => `${name}-${size.replace('×', 'x')}.txt`

// `npm run screens` writes them anew; any other run only compares.
describe('every screen of the demo fleet, as text', () => {
  // Both sizes side by side in one test: of concurrent ones, the first to end would end the terminals of all.
  test('is at both sizes what it is in the repository', async () => {
    await Promise.all(sizes.map(comparePictures))
  })

  test('has no picture of a screen that is no more', () => {
    const named = sizes.flatMap(({ name: size }) => screens.map(([name]) => nameOf(name, size)))
    expect(readdirSync(folder).sort()).toEqual(named.sort())
  })
})

async function comparePictures({ name: size, size: cells }: (typeof sizes)[number]): Promise<void> {
  const run = openDemo(cells)
  await isSynced(run)
  for (const [name, keys, text, back = ['esc']] of screens) {
    const what = `${name} at ${size}`
    await run.press(...keys)
    await shows(run, text)
    const file = new URL(nameOf(name, size), folder)
    // What a slow machine still does is in no picture.
    await run.until((lines) => !/ sync/.test(lines.at(-2) ?? ''), `${what}, synced`)
    if (process.env.TAKE_SCREENS) writeFileSync(file, textOf(await run.untilSettled(1500)))
    const golden = existsSync(file) ? readFileSync(file, 'utf8') : ''
    const isGolden = (lines: readonly string[]) => textOf(lines) === golden
    // What was asked for last may come late: only what stays is compared.
    await run
      .until(isGolden, what)
      .catch(() => expect(textOf(run.lines()), `${what}: take it anew with \`npm run screens\``).toBe(golden))
    await run.press(...back)
    await run.until(
      ([title = '', ...lines]) =>
        title.startsWith(table) &&
        lines.at(-1)?.startsWith('<?> help') === true &&
        !lines.some((line) => line.includes('↑')),
      `the table after ${what}`,
    )
    await run.press('g')
    await run.untilSettled(200)
  }
}

function textOf(lines: readonly string[]): string {
  return `${lines.join('\n')}\n`
}
