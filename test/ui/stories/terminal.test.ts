import { writeFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { machine, program } from '../../commands/program.ts'
import { openWith } from '../terminal.ts'
import { cursorOn, hides, options, shows, untilSynced } from './story.ts'

test('the screen stays whole on a terminal that others write on, stop and resize, and takes keys as they come', async () => {
  const on = await machine(options)
  const size = [80, 24] as const
  const env = { PS1: 'shell> ' }
  const run = openWith(on, size, env, '/bin/bash', ['--norc', '--noprofile', '-i'])
  await shows(run, 'shell>')
  // The cursor is far from its first cell, and keys come before the screen.
  run.type(`printf 'starting: '; '${process.execPath}' '${program}'\r`)
  await shows(run, /^starting:/)
  run.type('jj?')
  const help = await shows(run, 'On a table')
  expect(help[0]).toMatch(/^── Instances › Help 1\/\d+ ──/)
  await run.press('esc')
  const first = await untilSynced(run)
  expect(first[0]).toMatch(/^── Instances\(3 accounts/)
  await run.press('g', 'j', 'j')
  await cursorOn(run, size, 2)

  // Both keys in one read.
  run.type('d')
  await shows(run, 'InstanceType')
  run.type('\u001by')
  await shows(run, 'Architecture:')
  run.type('\u001b')
  await cursorOn(run, size, 2)
  // What a terminal answers to somebody else.
  run.type('\u001b]11;rgb:0/0/0\u0007\u001bP>|XTerm(390)\u001b\\k')
  await cursorOn(run, size, 1)

  // A mistake leaves its line, and opens no table.
  run.type(':query lengthh(@)\r')
  await run.until(
    (lines) =>
      lines.at(-2)?.startsWith('There is no function lengthh()') === true &&
      lines.at(-1)?.startsWith(':query lengthh(@)') === true,
    'the line and what is wrong with it',
  )
  await run.press('esc')

  writeFileSync(`/proc/${run.pid}/fd/1`, '\u001b[5;1Hsomebody wrote this\r\n'.repeat(3))
  await shows(run, 'somebody wrote this')
  run.type('\u000c')
  await hides(run, 'somebody wrote this')
  await cursorOn(run, size, 1)

  for (const [columns, rows] of [
    [120, 30],
    [60, 12],
  ] as const) {
    run.type('\u001a')
    await run.until(() => !run.modes().alternate, 'the shell’s screen')
    run.resize(columns, rows)
    run.type('clear; fg\r')
    await run.until(
      (lines) =>
        /^── Instances\(3 acc/.test(lines[0] ?? '') &&
        lines.at(-1)?.startsWith('<?> help') === true &&
        run.cell(3, columns - 1).inverse,
      `a screen of ${columns}×${rows}`,
    )
  }
  run.type('qy')
  await run.until(() => !run.modes().alternate, 'the shell again')
  run.type('echo again $((1+1))\r')
  await shows(run, 'again 2')
})
