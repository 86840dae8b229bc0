import { describe, expect, test } from 'vitest'
import { syncedMachine } from '../../commands/in-process.ts'
import { open, sizes, type TerminalRun } from '../terminal.ts'
import { cursorLine, cursorOn, hides, idIn, idsIn, options, places, shows, untilSynced } from './story.ts'

/** A machine whose cache is filled, with the screen open on it. */
async function openTable(size: (typeof sizes)[number]['size'], ...args: string[]) {
  const on = await syncedMachine(options, '--kind', 'instances,volumes')
  const run = open(on, size, ...args)
  await shows(run, '[60]')
  const answer = async (...words: string[]) =>
    JSON.parse((await on.muster('query', ...words, '--offline', '--output', 'json')).out)
  return { on, run, answer }
}

describe.each(sizes)('at $name', ({ size }) => {
  const { header, first } = places(size)
  const rows = size[1] - 4
  const count = (run: TerminalRun) => idsIn(run.lines()).length

  test('a filter looks into columns and tags while it is typed; ! gives the others; esc clears it', async () => {
    const { run, answer } = await openTable(size)
    const tagged = await answer('--filter', 'Team=payments')
    await run.press('/', ...'team=')
    await shows(run, 'The value is missing after team=')
    await run.press(...'payments')
    await shows(run, `[${tagged.length}] </team=payments>`)
    await shows(run, /^\/team=payments/)
    await run.press('enter', '/', 'home', '!')
    await shows(run, `[${60 - tagged.length}] </!team=payments>`)
    await run.press('esc')
    await shows(run, `[${tagged.length}] </team=payments>`)
    await run.press('esc')
    await shows(run, /\)\[60\] ─/)
    await run.press('/', ...'nothing-has-this')
    await shows(run, 'No row passes “nothing-has-this”.')
  })

  test('detail and YAML show the whole resource, scroll, and lead back to the row', async () => {
    const { run, answer } = await openTable(size)
    await run.press('j', 'j', 'j')
    await cursorOn(run, size, 3)
    const id = idIn(cursorLine(run, size).text)
    const [whole] = await answer(`Reservations[].Instances[] | [?InstanceId=='${id}']`)
    await run.press('enter')
    await shows(run, new RegExp(`InstanceType\\s+${whole.InstanceType.replace('.', '\\.')}`))
    expect(run.lines()[0]).toContain(id)
    const top = run.lines()[2]
    await run.press('ctrl-f')
    await run.until((lines) => lines[2] !== top, 'another page')
    await run.press('G', 'esc', 'y')
    await shows(run, `Architecture: ${whole.Architecture}`)
    expect(run.lines()[0]).toContain(id)
    await run.press('q')
    await run.until(() => idIn(cursorLine(run, size).text) === id, 'the row again')
  })

  test('groups are sorted by their count and by what they are made by, as the command sorts', async () => {
    const { run, answer } = await openTable(size)
    const groups: readonly { State: string; Count: number }[] = await answer('by-state')
    const byName = groups.toSorted((a, b) => (a.State < b.State ? -1 : 1))
    const sorted = async (mark: string, sort: string, wanted: typeof groups) => {
      expect(await answer('by-state', '--sort', sort)).toEqual(wanted)
      const texts = wanted.map(({ State, Count }) => `${State} ${Count}`)
      const textOf = (line: string) =>
        line
          .replace(/^\W/, '')
          .replaceAll(/[\u2588-\u258f]/g, '')
          .trim()
          .replaceAll(/\s+/g, ' ')
      await run.until((lines) => {
        const shown = lines.slice(first, first + wanted.length).map(textOf)
        return (lines[header] ?? '').includes(mark) && shown.join() === texts.join()
      }, `the groups in the order ${mark}`)
    }
    run.type(':query by-state\r')
    await shows(run, 'Count')
    await run.press('shift-right', 'O')
    await sorted(
      'Count↑',
      'Count',
      byName.toSorted((a, b) => a.Count - b.Count),
    )
    await run.press('shift-left', 'O', 'O')
    await sorted('State↓', 'State desc', byName.toReversed())
  })

  test('a column is chosen and sorted by, up, down and not at all, as the command sorts', async () => {
    const { run, answer } = await openTable(size)
    const ids = async (...sort: string[]) =>
      (await answer('--columns', 'InstanceId', ...sort)).map((row: { InstanceId: string }) => row.InstanceId)
    const shown = async (mark: string, wanted: string[]) => {
      await run.until(
        (lines) =>
          (lines[header] ?? '').includes(mark) && idsIn(lines).join() === wanted.slice(0, rows).join(),
        `the order ${mark}`,
      )
    }
    const plain = await ids()
    await run.press('shift-right', 'shift-right', 'shift-left', 'O')
    await shown('ID↑', await ids('--sort', 'InstanceId'))
    await run.press('O')
    await shown('ID↓', await ids('--sort', 'InstanceId desc'))
    await run.press('O')
    await shown('ID ', plain)
    await run.press('j', 'j')
    await cursorOn(run, size, 2)
    const under = idIn(cursorLine(run, size).text)
    await run.press('O')
    await shows(run, 'ID↑')
    await run.until(() => idIn(cursorLine(run, size).text) === under, 'the row still under the cursor')
  })

  test('the cursor moves by rows, by pages and to both ends', async () => {
    const { run, answer } = await openTable(size)
    const all: string[] = (await answer('--columns', 'InstanceId')).map(
      (row: { InstanceId: string }) => row.InstanceId,
    )
    const at = (place: number) =>
      run.until(() => idIn(cursorLine(run, size).text) === all[place], `the cursor on row ${place}`)
    await run.press('G')
    await at(59)
    await run.press('g')
    await at(0)
    await run.press('ctrl-f')
    await at(Math.min(rows, 59))
    await run.press('ctrl-b', 'down', 'j', 'up')
    await at(1)
    // Fast typing comes in one piece.
    run.type('jjjjk')
    await at(4)
    expect(count(run)).toBe(Math.min(rows, 60))
  })

  test('saved queries: counts, lists of lists and scalars are tables; esc leads back, a kind opens', async () => {
    const { run, answer } = await openTable(size)
    await run.press('Q', '/', ...'by-state', 'enter', 'enter')
    await shows(run, /^COUNT|STATE.*COUNT/i)
    const [most] = await answer('by-state')
    await shows(run, new RegExp(`${most.State}\\s+${most.Count}\\b`))
    expect(run.lines()[0]).toContain('Instances: by-state')
    await run.press('esc')
    await shows(run, '[60]')
    run.type(':query running\r')
    const [newest] = await answer('running')
    await shows(run, newest[1] ?? newest.InstanceId)
    run.type(':query length(Reservations[].Instances[])\r')
    await shows(run, /^\s*60$/)
    run.type(':query Reservations[].Instances[].[InstanceId,State.Name]\r')
    await run.until(
      (lines) => idsIn(lines).length > 4 && /running|stopped/.test(lines[first + 1] ?? ''),
      'lists',
    )
    run.type(':vol\t\r')
    await shows(run, /Volumes\(3 accounts, 2 regions\)/)
    await run.until((lines) => lines.some((line) => /vol-[0-9a-f]{17}/.test(line)), 'volumes')
    run.type(':query Reservations[\r')
    await shows(run, 'The expression ends too early')
    expect(run.lines().at(-1)).toBe(':query Reservations[')
    await run.press('esc')
    await hides(run, ':query Reservations[')
  })

  test('the command line completes, says what is wrong, and shows where every scope stands', async () => {
    const { run } = await openTable(size)
    run.type(':qu')
    await shows(run, /^:query$/)
    await shows(run, /^ {2}queries {2,}choose a saved query/)
    await run.press('tab')
    run.type(' run')
    await shows(run, /^:query running/)
    await run.press('esc')
    run.type(':scops\r')
    await shows(run, 'did you mean :scopes?')
    await run.press('ctrl-u')
    run.type('scopes\r')
    await shows(run, 'Scopes(3 accounts, 2 regions)[6]')
    await shows(run, /prod-web.*● fresh/)
    await run.press('esc')
    await shows(run, 'Instances(')
    run.type(':q\r')
    expect((await run.ended).code).toBe(0)
  })

  test('the id is copied by OSC 52, and the command that answers the same is shown and copied', async () => {
    const { on, run } = await openTable(size)
    await run.press('j')
    await cursorOn(run, size, 1)
    const id = idIn(cursorLine(run, size).text)
    await run.press('c')
    await shows(run, `Sent ${id} to the terminal’s clipboard.`)
    expect(run.raw()).toContain(`\u001b]52;c;${Buffer.from(id).toString('base64')}\u0007`)
    await run.press('/', ...'prod', 'enter', 'l', 'O')
    await shows(run, 'ID↑')
    await run.press('=')
    // On a long line further columns come by themselves, and the command names what is shown.
    const command = /muster query (--columns \S+ +)?--filter=prod +--sort=InstanceId/
    await run.until((lines) => command.test(lines.map((line) => line.trim()).join(' ')), 'the command')
    await run.press('c')
    await shows(run, 'Sent')
    const copied = [...run.raw().matchAll(/\u001b\]52;c;([^\u0007]*)\u0007/g)].at(-1)?.[1] ?? ''
    const words = Buffer.from(copied, 'base64').toString().split(' ')
    expect(words[0]).toBe('muster')
    const { out } = await on.muster(...words.slice(1), '--offline', '--output', 'csv')
    const expected = idsIn(out.split('\n')).slice(0, rows).join()
    await run.press('esc', 'g')
    await run.until((lines) => idsIn(lines).join() === expected, 'the rows of that command')
  })

  test('every column can be shown, and the usual ones again', async () => {
    const { run } = await openTable(size)
    await run.press('ctrl-w')
    await run.until((lines) => /\+\d\d/.test(lines[header] ?? ''), 'more columns')
    for (let column = 0; column < 10; column += 1) await run.press('l')
    await run.until((lines) => /ARCH|IMAGE|ZONE|VPC|SUBNET/.test(lines[header] ?? ''), 'the chosen column')
    await run.press('ctrl-w')
    // On a long line some of them stay, as there is room for them.
    await run.until((lines) => !/(?:ZONE|ARCH).* \+\d/.test(lines[header] ?? ''), 'the usual columns')
    await run.press('?')
    await shows(run, 'On a table')
    await run.press('esc')
    await untilSynced(run)
  })
})
