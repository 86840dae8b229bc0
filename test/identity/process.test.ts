import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { splitShellWords } from '../../src/config/python.ts'
import { processCredentials } from '../../src/identity/process.ts'
import { never } from '../aws/wire.ts'
import { casesOf, counted } from '../helpers/long-runs.ts'
import { pickFrom, random } from '../helpers/random.ts'
import { temporaryFolder } from '../helpers/temporary.ts'

const io = { env: { PATH: process.env.PATH }, home: '/', now: Date.now, signal: never }
const run = (command: string, processTimeout = 30_000, signal = never) =>
  processCredentials('p', command, {
    io: { ...io, signal },
    processTimeout,
    turn: { asking: Promise.resolve() },
    lendTerminal: null,
  })
/** A command of a shell, which the AWS CLI and muster do not start by themselves. */
const shell = (script: string) => `/bin/sh -c '${script.replaceAll("'", "'\\''")}'`
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

const urls = `printer --url 'https://idp/x?a=1&b=2#top' https://idp/y?c=3&d=4;e "two words" it\\'s "$HOME" $HOME | cat`
test('a command is split into words as the AWS CLI splits it, and no shell sees them', async () => {
  const folder = temporaryFolder()
  const [words, program] = [join(folder, 'words'), join(folder, 'printer')]
  writeFileSync(program, `#!/bin/sh\nfor word in "$@"; do echo "$word" >> ${words}; done\n${print(keys)}\n`, {
    mode: 0o700,
  })
  await run(urls.replace('printer', program))
  const expected = [
    '--url',
    'https://idp/x?a=1&b=2#top',
    'https://idp/y?c=3&d=4;e',
    'two words',
    "it's",
    '$HOME',
    '$HOME',
    '|',
    'cat',
  ]
  expect(readFileSync(words, 'utf8').trim().split('\n')).toEqual(expected)
})

const hasPython = spawnSync('python3', ['--version']).status === 0
if (!hasPython) process.stderr.write('SKIPPED: words of commands beside Python.\n')
const count = casesOf(2000)
test.skipIf(!hasPython)(`${counted(count)} commands are split as Python splits them`, () => {
  const dice = random(1)
  const pieces = [
    'a',
    'b c',
    ' ',
    '\t',
    '"',
    "'",
    '\\',
    '#',
    '&',
    '|',
    ';',
    '$X',
    '=',
    'ü',
    '\u00a0',
    'x"y z"',
    '`',
  ]
  const commands = Array.from({ length: count }, () =>
    Array.from({ length: 1 + Math.floor(dice() * 9) }, () => pickFrom(pieces, dice)).join(''),
  )
  const judge = `
import json, shlex, sys
def words(command):
    try:
        return shlex.split(command)
    except ValueError:
        return None
json.dump([words(each) for each in json.load(sys.stdin)], sys.stdout)`
  const { stdout } = spawnSync('python3', ['-c', judge], {
    input: JSON.stringify(commands),
    encoding: 'utf8',
  })
  const theirs = JSON.parse(stdout) as unknown[]
  expect(commands.map((each) => [each, splitShellWords(each)])).toEqual(
    commands.map((each, index) => [each, theirs[index]]),
  )
})

test.each<[string, string, string]>([
  ['fails', shell('echo hidden; exit 7'), 'ended with exit code 7'],
  [
    'says why it fails',
    shell('echo "please log in at https://acme.awsapps.com/start." >&2; echo hidden; exit 7'),
    'ended with exit code 7: please log in at https://acme.awsapps.com/start',
  ],
  [
    'says its secrets',
    shell('echo "hidden-in-both SecretAccessKey=hidden token=hidden" >&2; echo hidden-in-both; exit 7'),
    'ended with exit code 7: [secret] SecretAccessKey=[secret] token=[secret]',
  ],
  [
    'is not there',
    'no-such-command-of-mine',
    'cannot be started (ENOENT): no-such-command-of-mine; muster starts no shell',
  ],
  ['begins with a variable', '$HOME/x', 'cannot be started (ENOENT): $HOME/x; muster starts no shell'],
  ['holds an open quote', 'echo "x', 'has a quote that is not closed'],
  ['is empty', '""', 'is empty'],
  [
    'holds a null character',
    'echo \0',
    'cannot be started (ERR_INVALID_ARG_VALUE): echo; muster starts no shell',
  ],
  [
    'has a name that is too long',
    'n'.repeat(5000),
    `cannot be started (ENAMETOOLONG): ${'n'.repeat(299)}…; muster starts no shell`,
  ],
  ['prints no JSON', 'echo hidden', 'printed no JSON'],
  ['prints another version', print({ ...keys, Version: 2 }), 'printed no credentials of Version 1'],
  ['prints no keys', print({ Version: 1, SecretAccessKey: 'hidden' }), 'printed no keys'],
  ['prints null', 'echo null', 'printed no credentials of Version 1'],
  ['prints an odd end', print({ ...keys, Expiration: 'soon' }), 'printed an Expiration that is not a time'],
  ['is late', print({ ...keys, Expiration: '2001-01-01T00:00:00Z' }), 'gave credentials that have expired'],
  ['prints without end', 'yes hidden', 'printed more than 64 kB'],
  ['is killed', shell('kill -9 $$'), 'was ended by a signal'],
])('a command that %s is reported without its output', async (_, command, text) => {
  const error: unknown = await run(command).catch((reason: unknown) => reason)
  expect(error).toMatchObject({
    message: `The credential_process of profile p ${text}.`,
    fault: { class: 'credentials', code: 'CredentialProcess' },
  })
  if (!text.includes('hidden')) expect(JSON.stringify(error)).not.toContain('hidden')
})

test('a command that hangs is ended in time, with all that it started', async () => {
  const mark = join(temporaryFolder(), 'alive')
  // Much longer than this test may take.
  const hanging = run(shell(`(sleep 1; touch ${mark}) & sleep 3600`), 200)
  await expect(hanging).rejects.toThrow('gave nothing within 0.2 seconds')
  await pause(1200)
  expect(existsSync(mark)).toBe(false)
})

test('a command that leaves a program behind with its output open does not hang muster', async () => {
  const pid = join(temporaryFolder(), 'pid')
  await run(shell(`${print(keys)}; sleep 3600 & echo $! > ${pid}`))
  // It still runs, or has been ended: nobody waited for it.
  try {
    process.kill(Number(readFileSync(pid, 'utf8')), 'SIGKILL')
  } catch {}
})

test('an interrupt ends the command', async () => {
  const pid = join(temporaryFolder(), 'pid')
  const stop = new AbortController()
  const pending = run(shell(`echo $$ > ${pid}; sleep 60`), 30_000, stop.signal)
  await expect.poll(() => existsSync(pid) && readFileSync(pid, 'utf8')).toMatch(/^\d+\n$/)
  stop.abort(new Error('ended by SIGINT'))
  await expect(pending).rejects.toThrow('ended by SIGINT')
  expect(() => process.kill(Number(readFileSync(pid, 'utf8')), 0)).toThrow('ESRCH')
})
