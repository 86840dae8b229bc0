import {
  appendFileSync,
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { base, person, role } from '../identity/person.ts'
import { open, openWith } from '../ui/terminal.ts'
import { debugLines } from './debug-lines.ts'
import { launch, type Machine, machine, program } from './program.ts'

/** One account in one region, so that the lines come in one order. */
const alone = { accounts: 1, regions: 1, instances: 30 } as const

describe('--debug says on standard error', () => {
  test('what is read, resolved, asked, answered, stored, and why', async () => {
    const throttled = { operation: 'DescribeInstances', nth: 1, fault: 'throttled' } as const
    const on = await machine({ ...alone, faults: [throttled] })
    const { code, err } = await on.muster('sync', '--debug', '--page-size', '20')
    expect(code).toBe(0)
    const lines = debugLines(err)
    for (const awaited of [
      /^muster +muster \d+\.\d+\.\d+, Node v\d+/,
      /^muster +runs sync with --page-size --debug$/,
      /^config +read \S+\/\.aws\/config: \d+ bytes$/,
      /^config +read \S+\/\.config\/muster\/config\.json: \d+ bytes$/,
      /^config +selected acme-management: static, account not declared, regions /,
      /^cache +opened \S+\/inventory\.db$/,
      /^credentials profile acme-management: static: given, they do not end$/,
      /^credentials profile acme-management is arn:aws:iam::\d{12}:user\/inventory$/,
      /^due +\d{12}\/us-east-1\/instances is due: never; all are asked for$/,
      /^call +asked DescribeInstances in us-east-1 at 127\.0\.0\.1:\d+, attempt 1 of 2$/,
      /^call +answered DescribeInstances in us-east-1 at \S+ attempt 1 of 2: HTTP 503 RequestLimitExceeded, request id [\w-]+, \d+ bytes, \d+ ms$/,
      /^call +answered DescribeInstances in us-east-1 at \S+ attempt 2 of 2: HTTP 200, request id [\w-]+, \d+ bytes, \d+ ms$/,
      /^sync +\d{12}\/us-east-1\/instances page 1: \d+ rows$/,
      /^sync +\d{12}\/us-east-1\/instances page 2: \d+ rows$/,
      /^sync +\d{12}\/us-east-1\/instances was read to its end: 30 rows, 30 new, 0 changed, 0 gone$/,
      /^muster +ends with exit code 0$/,
    ]) {
      expect(lines.filter((line) => awaited.test(line)).length, String(awaited)).toBeGreaterThan(0)
    }
  })

  test('why a scope is read again or left alone', async () => {
    const on = await machine(alone)
    await on.muster('sync')
    const left = debugLines((await on.muster('query', '--debug')).err)
    expect(left.join('\n')).toMatch(/us-east-1\/instances is left alone: fresh, \d+ s ago; fresh is 900 s/)
    expect(left.join('\n')).not.toContain('asked')
    const again = debugLines((await on.muster('query', '--debug', '--fresh', '0s')).err)
    expect(again.join('\n')).toMatch(/us-east-1\/instances is due: stale, \d+ s ago; fresh is 0 s/)
  })

  test('by which chain of profiles a role is assumed, and which call refused it', async () => {
    const on = await person(
      (of) =>
        base + role('plain', of.account(1), 'base') + role('refused', of.account(2), 'base', '', 'Nobody'),
    )
    const { err } = await on.muster(['whoami', '--profile', 'plain,refused', '--debug'])
    const log = debugLines(err).join('\n')
    expect(log).toMatch(/profile plain: role by base: given, until \d{4}-/)
    expect(log).toMatch(/answered AssumeRole .*: HTTP 403 AccessDenied, request id/)
    expect(log).toMatch(/profile refused: role by base: none, /)
  })

  test('nothing of a live reading is left out', async () => {
    const on = await machine(alone)
    const { err } = await on.muster('query', '--live', '--max-items', '5', '--debug')
    expect(debugLines(err).join('\n')).toMatch(/sync +\d{12}\/us-east-1\/instances page 1: 5 rows/)
  })

  test('a bug or a refusal with its place in the code', async () => {
    const on = await machine(alone)
    const { code, err } = await on.muster('query', '--profile', 'nobody', '--debug')
    expect(code).toBe(2)
    expect(debugLines(err).join('\n')).toMatch(/^muster +ends with MusterError: .*␊ +at /m)
  })

  test('no name that could drive the terminal as it is written', async () => {
    const on = await machine(alone)
    appendFileSync(
      on.configFile,
      '\n[profile up\u001b[2Jtown]\nregion = us-east-1\ncredential_process = true\n',
    )
    const { err } = await on.muster('profiles', '--debug')
    expect(err).not.toContain('\u001b')
    const { err: selected } = await on.muster('whoami', '--profile', 'up*', '--debug')
    expect(debugLines(selected).join('\n')).toContain('selected up␛[2Jtown')
    expect(selected).not.toContain('\u001b')
  })

  test('nothing at all without it', async () => {
    const on = await machine(alone)
    expect(debugLines((await on.muster('sync')).err)).toEqual([])
  })
})

describe('MUSTER_DEBUG=FILE', () => {
  const runWith = (on: Machine, file: string, ...args: string[]) =>
    launch(process.execPath, [program, ...args], { ...on.env, MUSTER_DEBUG: file }, on.home).ended

  test('takes the log instead of standard error, appended, for its owner alone', async () => {
    const on = await machine(alone)
    const { err } = await runWith(on, 'debug.log', 'sync', '--debug')
    expect(debugLines(err)).toEqual([])
    const file = join(on.home, 'debug.log')
    const first = readFileSync(file, 'utf8')
    expect(debugLines(first).join('\n')).toContain('was read to its end')
    expect(statSync(file).mode & 0o777).toBe(0o600)
    chmodSync(file, 0o644)
    await runWith(on, file, 'status')
    expect(readFileSync(file, 'utf8').startsWith(first)).toBe(true)
    expect(readFileSync(file, 'utf8').length).toBeGreaterThan(first.length)
    expect(statSync(file).mode & 0o777).toBe(0o600)
  })

  test.each<readonly [string, string, (home: string) => void]>([
    [
      'a file that others may write',
      'may be written by other users',
      (home) => {
        writeFileSync(join(home, 'log'), 'before\n')
        chmodSync(join(home, 'log'), 0o620)
      },
    ],
    [
      'a file in a folder that others may write',
      'another user may write',
      (home) => {
        mkdirSync(join(home, 'open/inner'), { recursive: true })
        chmodSync(join(home, 'open'), 0o777)
        symlinkSync(join(home, 'open/inner/log'), join(home, 'log'))
      },
    ],
    ['a folder', 'EISDIR', (home) => mkdirSync(join(home, 'log'))],
    ['a link to a device', 'is no file', (home) => symlinkSync('/dev/null', join(home, 'log'))],
    ['a file in a folder that is missing', 'ENOENT', (home) => symlinkSync('missing/log', join(home, 'log'))],
  ])('refuses %s before anything is read', async (_, reason, prepare) => {
    const on = await machine(alone)
    prepare(on.home)
    const { code, err } = await runWith(on, 'log', 'sync')
    expect(code).toBe(2)
    expect(err).toContain(reason)
    expect(err).toMatch(/^muster: MUSTER_DEBUG: .*: name a new file in a folder of your own\.\n$/)
    expect(on.endpoint.countRequests('GetCallerIdentity')).toBe(0)
    expect(existsSync(join(on.home, 'open/inner/log'))).toBe(false)
    const logFile = join(on.home, 'log')
    if (reason.startsWith('may be')) expect(readFileSync(logFile, 'utf8')).toBe('before\n')
  })

  test('takes what the screen and its threads do, and leaves the screen alone', async () => {
    const on = await machine(alone)
    const file = join(on.home, 'debug.log')
    const env = { ...on.env, MUSTER_DEBUG: file }
    const run = openWith(on, [120, 30], env, process.execPath, [program, '--debug'])
    await run.until((lines) => /1 of 1 scopes/.test(lines.at(-2) ?? ''), 'the rows')
    await run.press('q', 'y')
    expect((await run.ended).code).toBe(0)
    const log = debugLines(readFileSync(file, 'utf8')).join('\n')
    expect(log).toMatch(/^muster +runs without a command, with --debug$/m)
    expect(log).toMatch(/^screen +does: sync$/m)
    expect(log).toMatch(/^call +answered DescribeInstances in us-east-1 .*HTTP 200/m)
    expect(log).toMatch(
      /^sync +\d{12}\/us-east-1\/instances was read to its end: 30 rows, 30 new, 0 changed, 0 gone$/m,
    )
    expect(log).toMatch(
      /^reader +question 1 \(view of instances\): 30 rows after \d+ ms, \d+ scopes read and \d+ known$/m,
    )
    expect(run.raw()).not.toContain('answered')
  })

  test('holds no code that is typed on the screen, and no session that it opens', async () => {
    const on = await person(
      (of) => base + role('admin', of.account(2), 'base', `mfa_serial = ${of.serial}`, 'Operator'),
      { regions: 1, instances: 30 },
    )
    const file = join(on.home, 'debug.log')
    const env = { ...on.env, MUSTER_DEBUG: file }
    const run = openWith(on, [120, 30], env, process.execPath, [program, '--profile', 'admin'])
    await run.until((lines) => lines.some((line) => line.includes('MFA code of')), 'the question')
    run.type(on.code(0))
    await run.press('enter')
    await run.until((lines) => lines.some((line) => line.includes('1 of 1 scopes')), 'the rows')
    await run.press('q', 'y')
    await run.ended
    const log = readFileSync(file, 'utf8')
    expect(log).toMatch(/answered AssumeRole .*HTTP 200/)
    expect(log).not.toMatch(new RegExp(`\\b${on.code(0)}\\b`))
    const cache = join(on.home, '.aws/cli/cache')
    const texts = readdirSync(cache).map((name) => readFileSync(join(cache, name), 'utf8'))
    const secrets = texts.flatMap((text) => [...text.matchAll(/"(?:Secret\w+|SessionToken)": ?"([^"]+)"/g)])
    expect(secrets.length).toBeGreaterThan(1)
    for (const [, secret = ''] of secrets) expect(log.includes(secret), secret).toBe(false)
  })
})

test('--debug alone is refused on the screen, which it would write across', async () => {
  const on = await machine(alone)
  const run = open(on, [120, 30], '--debug')
  expect((await run.ended).code).toBe(2)
  expect(run.lines().join('\n')).toContain('set MUSTER_DEBUG=FILE instead.')
})
