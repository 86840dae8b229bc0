import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { temporaryFolder } from '../helpers/temporary.ts'
import { browserAt } from './browser.ts'
import { launch, program } from './program.ts'

test('what `muster demo serve` prints is a ~/.aws/config that muster login and muster whoami work with', async () => {
  const home = temporaryFolder()
  const env = { PATH: process.env.PATH ?? '', HOME: home, AWS_EC2_METADATA_DISABLED: 'true', NO_COLOR: '1' }
  const run = (...words: string[]) => {
    const more = { ...env, BROWSER: browser.env.BROWSER }
    return launch(process.execPath, [program, ...words], more).ended
  }
  const browser = browserAt(home, 'Allow')
  const served = launch(process.execPath, [program, 'demo', 'serve', '--accounts', '3'], env)
  const text = await new Promise<string>((resolve) => {
    let all = ''
    served.child.stdout?.on('data', (more: string) => {
      all += more
      if (/sso-acme-prod-web\][^[]*endpoint_url = \S+\n/.test(all)) resolve(all)
    })
  })
  const [, config = ''] =
    /# the same accounts by SSO.*muster login --sso-session acme\n([\s\S]*)$/.exec(text) ?? []
  mkdirSync(join(home, '.aws'))
  writeFileSync(join(home, '.aws/config'), config)
  expect((await run('login', '--sso-session', 'acme')).code).toBe(0)
  const { code, out } = await run('whoami', '--profile', '*', '--output', 'csv')
  expect(code).toBe(0)
  expect(out.match(/assumed-role\/AWSReservedSSO_Inventory/g)).toHaveLength(3)
  served.child.kill('SIGTERM')
  expect((await served.ended).code).toBe(130)
})
