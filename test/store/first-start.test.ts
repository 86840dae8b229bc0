import { join } from 'node:path'
import { expect, test } from 'vitest'
import { launch, program } from '../commands/program.ts'
import { temporaryFolder } from '../helpers/temporary.ts'

test('six programs that start at once on a new cache all find it usable', async () => {
  for (let round = 0; round < 6; round += 1) {
    const home = temporaryFolder()
    const env = { PATH: process.env.PATH ?? '', HOME: home }
    const starts = Array.from({ length: 6 }, () => {
      return launch(process.execPath, [program, 'status', '--cache', join(home, 'new.db')], env).ended
    })
    for (const { code, err } of await Promise.all(starts)) {
      expect(err).toBe('The cache is empty: run `muster sync`.\n')
      expect(code).toBe(0)
    }
  }
})
