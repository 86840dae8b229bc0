import { readdirSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { temporaryFolder } from '../helpers/temporary.ts'
import { keptCode, launch, program } from './program.ts'

type Ending = readonly [how: string, args: readonly string[], end: (run: Run) => void | Promise<void>]
type Run = ReturnType<typeof launch> & { readonly demoFolders: () => readonly string[] }

const list = ['query', 'running', '--demo', '--output', 'json']

describe('the temporary folder of --demo, which holds credentials, is gone', () => {
  const endings: readonly Ending[] = [
    ['when the command ends', list, () => {}],
    ['when its reader goes, as head does', list, ({ child }) => void child.stdout.destroy()],
    [
      'when it is interrupted twice',
      list,
      async ({ child, demoFolders }) => {
        await expect.poll(demoFolders, { interval: 5 }).toHaveLength(1)
        child.kill('SIGINT')
        child.kill('SIGTERM')
      },
    ],
  ]

  test.each(endings)('%s', async (_, args, end) => {
    const home = temporaryFolder()
    const demoFolders = () => readdirSync(home).filter((name) => name.startsWith('muster-demo-'))
    const env = { PATH: process.env.PATH ?? '', HOME: home, TMPDIR: home, ...keptCode() }
    const started = launch(process.execPath, [program, ...args], env)
    await end({ ...started, demoFolders })
    await started.ended
    expect(demoFolders()).toEqual([])
  })
})
