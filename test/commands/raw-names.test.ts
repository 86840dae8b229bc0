import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { machine } from './in-process.ts'

/** Clears a screen, sets a title, runs backwards: nothing that a name may do to a terminal. */
const harmful = '\u001b[2J\u001b]0;x\u0007\u202e\u009b1m'

describe('a name never reaches a terminal as it is written', () => {
  test.each<readonly string[]>([
    [`x${harmful}`],
    ['query', `--${harmful}`],
    ['query', '--profile', `a${harmful}`],
    ['query', '--region', harmful],
    ['query', '--kind', harmful],
    ['login', '--sso-session', harmful],
    ['login', '--profile', harmful],
    ['logout', '--sso-session', harmful],
    ['doctor', '--profile', harmful],
    ['whoami', '--role', harmful],
    ['whoami', '--mfa-code', harmful],
    ['status', '--account', harmful],
    ['discover', '--sso-session', harmful],
  ])('in muster %j', async (...words) => {
    const on = await machine()
    const { out, err, code } = await on.muster(...words)
    expect(code).not.toBe(0)
    expect(out + err).not.toMatch(raw)
  })

  test.each<readonly string[]>([
    ['profiles'],
    ['whoami', '--profile', '*'],
    ['doctor'],
    ['query', '--profile', '*', '--columns', 'InstanceId'],
    ['status', '--profile', '*'],
    ['query'],
  ])('of ~/.aws in muster %j', async (...words) => {
    const on = await machine()
    const keys = 'aws_access_key_id = AKIAX\naws_secret_access_key = s\nregion = us-east-1\n'
    const config = [
      `[profile "a ${harmful}"]\n${keys}`,
      `[profile b]\nrole_arn = ${harmful}\nsource_profile = ${harmful}\nregion = us-east-1\n`,
      `[profile c]\nsso_session = ${harmful}\nsso_account_id = 1${harmful}\nsso_role_name = R\n`,
      `[profile d]\nendpoint_url = ${harmful}\n${keys}`,
      `[profile e]\ncredential_process = ${harmful}\nregion = us-east-1\n`,
      `[profile f]\nmfa_serial = ${harmful}\nduration_seconds = ${harmful}\n${keys}`,
      `[${harmful}]\nregion = ${harmful}\n`,
      `[services ${harmful}]\n`,
    ].join('')
    writeFileSync(on.configFile, config)
    writeFileSync(join(on.home, '.aws/credentials'), `[profile ${harmful}]\nx = 1\n[${harmful}]\n${keys}`)
    const { out, err } = await on.muster(...words)
    expect(out + err).not.toBe('')
    expect(out + err).not.toMatch(raw)
  })
})

/** Controls but line feeds and tabs, and what turns text around. */
const raw = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e]/
