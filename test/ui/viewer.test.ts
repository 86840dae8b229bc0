import { chmodSync, existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { findViewer, viewDocument } from '../../src/ui/viewer.ts'
import { machine, program } from '../commands/program.ts'
import { temporaryFolder } from '../helpers/temporary.ts'
import { driveKeys, screen, upTo } from './state.ts'
import { hides, options, shows, untilSynced } from './stories/story.ts'
import { openWith } from './terminal.ts'

/** A folder with a program of each name. */
function folderWith(...names: string[]): string {
  const folder = temporaryFolder()
  for (const name of names)
    writeFileSync(join(folder, name), '#!/bin/sh\ncp "$1" "$0.seen"\n', { mode: 0o755 })
  return folder
}

describe('the program that shows a document', () => {
  test.each([
    [{ PAGER: 'pg -R', VISUAL: 'vis', EDITOR: 'ed' }, ['pg', '-R']],
    [{ PAGER: 'cat', VISUAL: 'vis -w', EDITOR: 'ed' }, ['vis', '-w']],
    [{ PAGER: '', EDITOR: "ed 'a b'" }, ['ed', 'a b']],
    [{}, ['less']],
  ])('is with %j %j', (env, [program = '', ...words]) => {
    const folder = folderWith('pg', 'vis', 'ed', 'less')
    expect(findViewer({ ...env, PATH: folder })).toEqual([join(folder, program), ...words])
  })

  test('is looked for in absolute folders alone, and is named if it is not there', () => {
    const folder = folderWith('pg')
    expect(() => findViewer({ PAGER: 'pg', PATH: `.${delimiter}${delimiter}bin` })).toThrow(
      'There is no program pg:',
    )
    expect(findViewer({ PAGER: 'pg', PATH: `.${delimiter}${folder}` })).toEqual([join(folder, 'pg')])
    expect(() => findViewer({ PATH: folder })).toThrow('There is neither less nor more here')
  })

  test.each(['the program', 'its folder', 'what a link leads to'])(
    'is not run if others may write %s',
    (what) => {
      const folder = folderWith('pg')
      const inner = join(folder, 'bin')
      mkdirSync(inner)
      if (what === 'what a link leads to') symlinkSync(join(folder, 'pg'), join(inner, 'pg'))
      else writeFileSync(join(inner, 'pg'), '', { mode: 0o755 })
      chmodSync(
        what === 'its folder' ? inner : what === 'the program' ? join(inner, 'pg') : join(folder, 'pg'),
        0o777,
      )
      expect(() => findViewer({ PAGER: join(inner, 'pg') })).toThrow(
        'may be changed by other users of this machine',
      )
      chmodSync(
        what === 'its folder' ? inner : what === 'the program' ? join(inner, 'pg') : join(folder, 'pg'),
        0o755,
      )
      expect(findViewer({ PAGER: join(inner, 'pg') })).toHaveLength(1)
    },
  )

  test('of vim does not obey what a document says', async () => {
    const folder = temporaryFolder()
    writeFileSync(join(folder, 'vim'), '#!/bin/sh\nprintf "%s\\n" "$@" > "$0.words"\n', { mode: 0o755 })
    await viewDocument(
      { name: 'a.txt', text: 'x' },
      { env: { EDITOR: join(folder, 'vim') }, atExit: () => () => {} },
    )
    expect(readFileSync(join(folder, 'vim.words'), 'utf8')).toMatch(
      /^--cmd\nset modelines=0 nomodeline\n.*a\.txt\n$/,
    )
  })

  test('gets a file whose name leads nowhere else, and whose text is the document', async () => {
    const folder = folderWith('pg')
    const env = { PAGER: join(folder, 'pg') }
    await viewDocument({ name: '../../-x y.yaml', text: 'a: 1\n' }, { env, atExit: () => () => {} })
    expect(readFileSync(join(folder, 'pg.seen'), 'utf8')).toBe('a: 1\n')
  })
})

test('e on a row asks for its YAML and opens it outside, not as a page', () => {
  const ui = driveKeys(screen(), upTo(5))
  ui.list(upTo(5))
  ui.press('e')
  const { number = 0 } = ui.state().opening ?? {}
  const page = {
    title: 'web i-1',
    crumb: 'i-1 as YAML',
    sections: [],
    copy: 'a: 1\n',
    about: null,
    as: 'yaml',
  } as const
  ui.send({ type: 'reader', message: { type: 'opened', number, page } })
  expect(ui.effects.at(-1)).toEqual({ type: 'view', name: 'i-1.yaml', text: 'a: 1\n' })
  expect(ui.state().overlay).toBeNull()
})

test('e lends the terminal as it was to the pager, with ctrl-c; the file is private and gone afterwards, the size is read again', async () => {
  const on = await machine(options)
  const pager = join(on.home, 'pager')
  const script = `#!/bin/sh
trap '' INT
cp "$1" "$HOME/seen"; printf '%s' "$1" > "$HOME/path"
stat -c %a "$1" "$(dirname "$1")" > "$HOME/modes"
stty -a | grep -o '[-]*icanon\\|[-]*echo ' > "$HOME/tty"
echo PAGER HAS IT; read line; echo "$line" > "$HOME/line"
`
  writeFileSync(pager, script, { mode: 0o755 })
  const run = openWith(on, [80, 24], { PAGER: pager }, process.execPath, [program])
  await untilSynced(run)
  await run.press('e')
  await shows(run, 'PAGER HAS IT')
  expect(run.modes()).toMatchObject({ alternate: false, wraps: true, cursorShown: true, mouse: false })
  run.resize(100, 30)
  run.type('\u0003typed\r')
  await shows(run, '[60]')
  await run.until(
    (lines) => lines.length === 30 && (lines[29] ?? '').startsWith('<?>'),
    'a frame of the new size',
  )
  await hides(run, 'PAGER HAS IT')
  expect(run.modes()).toMatchObject({ alternate: true, wraps: false, mouse: true })
  const read = (name: string) => readFileSync(join(on.home, name), 'utf8')
  expect(read('modes')).toBe('600\n700\n')
  expect(
    read('tty')
      .split('\n')
      .map((line) => line.trim()),
  ).toEqual(['icanon', 'echo', ''])
  expect(read('line')).toBe('typed\n')
  expect(read('seen')).toMatch(/^InstanceId: i-[0-9a-f]{17}$/m)
  expect(read('path')).toMatch(/\/i-[0-9a-f]{17}\.yaml$/)
  expect(existsSync(read('path'))).toBe(false)
  await run.press('q', 'y')
  expect((await run.ended).code).toBe(0)
})
