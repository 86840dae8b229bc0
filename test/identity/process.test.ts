import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { processCredentials } from '../../src/identity/process.ts'
import { never } from '../aws/wire.ts'
import { temporaryFolder } from '../helpers/temporary.ts'

const io = { env: { PATH: process.env.PATH }, home: '/', now: Date.now, signal: never }
const run = (command: string, processTimeout = 30_000, signal = never) =>
  processCredentials('p', command, { io: { ...io, signal }, processTimeout })
const print = (content: object) => `echo '${JSON.stringify(content)}'`
const keys = { Version: 1, AccessKeyId: 'AKIA1', SecretAccessKey: 'hidden' }

test('what the command prints are the credentials', async () => {
  expect(await run(print(keys))).toEqual({ accessKeyId: 'AKIA1', secretAccessKey: 'hidden' })
  const session = { ...keys, SessionToken: 't', Expiration: '2099-01-01T00:00:00Z' }
  expect(await run(print(session))).toMatchObject({
    sessionToken: 't',
    expiration: new Date(session.Expiration),
  })
})

test.each<[string, string, string]>([
  ['fails', 'echo hidden >&2; echo hidden; exit 7', 'ended with exit code 7'],
  ['is not there', 'no-such-command-of-mine', 'ended with exit code 127'],
  ['prints no JSON', 'echo hidden', 'printed no JSON'],
  ['prints another version', print({ ...keys, Version: 2 }), 'printed no credentials of Version 1'],
  ['prints no keys', print({ Version: 1, SecretAccessKey: 'hidden' }), 'printed no keys'],
  ['prints null', 'echo null', 'printed no credentials of Version 1'],
  ['prints an odd end', print({ ...keys, Expiration: 'soon' }), 'printed an Expiration that is no time'],
  ['is late', print({ ...keys, Expiration: '2001-01-01T00:00:00Z' }), 'gave credentials that have expired'],
  ['prints without end', 'yes hidden', 'printed more than 64 kB'],
  ['is killed', 'kill -9 $$', 'was ended by a signal'],
])('a command that %s is told without its output', async (_, command, text) => {
  const error: unknown = await run(command).catch((reason: unknown) => reason)
  expect(error).toMatchObject({
    message: `The credential_process of profile p ${text}.`,
    fault: { class: 'credentials', code: 'CredentialProcess' },
  })
  expect(JSON.stringify(error)).not.toContain('hidden')
})

test('one that hangs is ended in time, with all that it started', async () => {
  const mark = join(temporaryFolder(), 'alive')
  const began = performance.now()
  const hanging = run(`(sleep 1; touch ${mark}) & sleep 60`, 200)
  await expect(hanging).rejects.toThrow('gave nothing within 0.2 seconds')
  expect(performance.now() - began).toBeLessThan(1000)
  await pause(1200)
  expect(existsSync(mark)).toBe(false)
})

test('one that leaves something behind that holds its output does not hang', async () => {
  const began = performance.now()
  await run(`${print(keys)}; sleep 30 &`)
  expect(performance.now() - began).toBeLessThan(5000)
})

test('an interrupt ends it', async () => {
  const pid = join(temporaryFolder(), 'pid')
  const stop = new AbortController()
  const pending = run(`echo $$ > ${pid}; sleep 60`, 30_000, stop.signal)
  await pause(150)
  stop.abort(new Error('ended by SIGINT'))
  await expect(pending).rejects.toThrow('ended by SIGINT')
  expect(() => process.kill(Number(readFileSync(pid, 'utf8')), 0)).toThrow('ESRCH')
})
