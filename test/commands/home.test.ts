import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { userInfo } from 'node:os'
import { dirname, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { temporaryFolder } from '../helpers/temporary.ts'
import { launch, program } from './program.ts'

/** Nobody who runs the tests has a profile of this name: without a HOME, that person's profiles are read. */
const profile = `hostile-${process.pid}`

/** A folder that somebody else left: each of its profiles starts a program that leaves a mark. */
function hostileFolder() {
  const folder = temporaryFolder()
  const mark = join(folder, 'mark')
  const section = (name: string) => `[${name}]\nregion = us-east-1\ncredential_process = touch ${mark}\n`
  const files = {
    '.aws/config': section(`profile ${profile}`) + section('default'),
    'home/.aws/config': section(`profile ${profile}`) + section('default'),
    '.aws/credentials': section(`${profile}-too`),
  }
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), text)
  }
  return { folder, mark }
}

/** An environment that leaves the real home folder alone, and leads nowhere. */
function environment(more: Readonly<Record<string, string>>) {
  const own = temporaryFolder()
  return {
    PATH: process.env.PATH ?? '',
    XDG_CACHE_HOME: join(own, 'cache'),
    XDG_CONFIG_HOME: join(own, 'config'),
    XDG_STATE_HOME: join(own, 'state'),
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_ENDPOINT_URL: 'http://127.0.0.1:9',
    AWS_MAX_ATTEMPTS: '1',
    ...more,
  }
}

const muster = (words: string, env: Readonly<Record<string, string>>, cwd: string) =>
  launch(process.execPath, [program, ...words.split(' ')], env, cwd).ended

describe('in a folder that somebody prepared', () => {
  test.each(['', '.', 'home'])('no program of it runs when HOME is %j', async (HOME) => {
    const { folder, mark } = hostileFolder()
    const env = environment({ HOME })
    for (const name of [profile, `${profile}-too`]) {
      for (const command of ['whoami', 'sync', 'query', 'query --live', 'doctor --online']) {
        const { err, code } = await muster(`${command} --profile ${name}`, env, folder)
        expect([command, code], err).toEqual([command, 2])
      }
    }
    expect(existsSync(mark)).toBe(false)
  })

  test('no program of it runs when AWS_CONFIG_FILE and AWS_SHARED_CREDENTIALS_FILE are empty', async () => {
    const { folder, mark } = hostileFolder()
    const HOME = temporaryFolder()
    mkdirSync(join(HOME, '.aws'))
    writeFileSync(join(HOME, '.aws/config'), '[profile mine]\nregion = us-east-1\n')
    const env = environment({ HOME, AWS_CONFIG_FILE: '', AWS_SHARED_CREDENTIALS_FILE: '' })
    for (const name of [profile, `${profile}-too`]) {
      expect((await muster(`whoami --profile ${name}`, env, folder)).code).toBe(2)
    }
    expect((await muster('profiles --output csv', env, folder)).out).toContain('mine')
    expect(existsSync(mark)).toBe(false)
  })

  test('nothing is left or read there when an XDG variable is relative', async () => {
    const { folder } = hostileFolder()
    const HOME = temporaryFolder()
    const XDG = { XDG_CACHE_HOME: 'xdg', XDG_CONFIG_HOME: 'xdg', XDG_STATE_HOME: 'xdg' }
    mkdirSync(join(folder, 'xdg/muster'), { recursive: true })
    writeFileSync(join(folder, 'xdg/muster/config.json'), 'no settings')
    const { code } = await muster('query by-state --demo', environment({ HOME, ...XDG }), folder)
    expect(code).toBe(0)
    expect(existsSync(join(folder, 'xdg/muster/demo.db'))).toBe(false)
    expect(existsSync(join(HOME, '.cache/muster/demo.db'))).toBe(true)
    const { err } = await muster('status', environment({ HOME, ...XDG }), folder)
    expect(err).not.toContain('config.json')
  })
})

test('a program that muster starts finds the user’s home in HOME, though muster was started without one', async () => {
  const folder = temporaryFolder()
  const config = join(folder, 'config')
  const command = `sh -c 'printf %s "$HOME" > ${join(folder, 'home')}'`
  writeFileSync(config, `[profile given]\nregion = us-east-1\ncredential_process = ${command}\n`)
  await muster('whoami --profile given', environment({ HOME: '', AWS_CONFIG_FILE: config }), folder)
  expect(readFileSync(join(folder, 'home'), 'utf8')).toBe(userInfo().homedir)
})
