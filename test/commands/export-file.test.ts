import { spawnSync } from 'node:child_process'
import {
  existsSync,
  linkSync,
  lstatSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { spawn as onTerminal } from '@lydell/node-pty'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { leftBehind, watched } from '../helpers/file-calls.ts'
import { launch, type Machine, machine, openMachine, program, shellCode } from './program.ts'

let on: Machine
let close: () => Promise<void>
/** What an export of the fleet holds. */
let whole: string
let folder: string
let file: string

beforeAll(async () => {
  const { close: end, ...opened } = await openMachine({ instances: 900 })
  on = opened
  close = end
  const { code, out } = await on.muster('query', '--output', 'json')
  expect(code).toBe(0)
  whole = out
})
afterAll(() => close())

beforeEach(() => {
  folder = mkdtempSync(join(on.home, 'out-'))
  file = join(folder, 'instances.json')
})

const words = (...more: string[]) => ['export', '--offline', '--output', 'json', '--to', file, ...more]
const exportTo = (...more: string[]) => on.muster(...words(...more))
const text = (path: string) => readFileSync(path, 'utf8')
const formatOfEnding = (ending: string) => ({ md: 'markdown', db: 'sqlite', txt: 'text' })[ending] ?? ending

describe('an export', () => {
  test('is the old file or the whole new one, wherever muster is killed', async () => {
    const found = []
    const run = (before: object) => watched(folder, [program, ...words('--force')], on.env, before)
    writeFileSync(file, 'old')
    const { calls } = await run({})
    expect(text(file)).toBe(whole)
    expect(calls.filter(([call]) => call === 'write').length).toBeGreaterThan(3)
    for (let nth = 1; nth <= calls.length; nth += 1) {
      writeFileSync(file, 'old')
      expect((await run({ nth, signals: ['SIGKILL'] })).signal).toBe('SIGKILL')
      found.push(text(file))
    }
    expect(found.filter((each) => each !== 'old' && each !== whole)).toEqual([])
    expect(new Set(found).size).toBe(2)
  })

  test('to - is standard output, in the format that --output names, or CSV', async () => {
    const { code, out, err } = await on.muster('export', '--offline', '--output', 'json', '--to', '-')
    expect({ code, out }).toEqual({ code: 0, out: whole })
    expect(err).not.toContain('wrote')
    const csv = await on.muster('export', '--offline', '--columns', 'InstanceId', '--to', '-')
    expect(csv.out.split('\r\n')[0]).toBe('InstanceId')
    expect(existsSync(join(folder, '-'))).toBe(false)
  })

  test('to a file whose ending means no format is a usage error that lists the endings', async () => {
    const path = join(folder, 'report.docx')
    const { code, err } = await on.muster('export', '--offline', '--to', path)
    expect(code).toBe(2)
    expect(err).toContain('.docx means no format, only .txt, .table, .json, .ndjson, .jsonl, .csv')
    expect(existsSync(path)).toBe(false)
    const ended = await on.muster('export', '--offline', '--to', path, '--output', 'csv')
    expect(ended.code).toBe(0)
    const named = await on.muster('export', '--offline', '--to', join(folder, 'rows.jsonl'))
    expect(named.code).toBe(0)
    expect(text(join(folder, 'rows.jsonl')).split('\n')[0]).toMatch(/^\{/)
  })

  test('is on the disk before it has its name', async () => {
    const { calls } = await watched(folder, [program, ...words()], on.env)
    expect(calls.map(([call]) => call).filter((call) => call !== 'write')).toEqual([
      'open',
      'fsync',
      'link',
      'fsync',
    ])
    expect(new Set(calls.slice(0, -1).map(([, path]) => path)).size).toBe(1)
    expect(calls.at(-2)?.[2]).toBe(file)
    expect(calls.at(-1)?.[1]).toBe(folder)
  })

  test('leaves a file alone that appears while it is written, and says what happened to the answer', async () => {
    for (const call of ['write', 'fsync', 'link'] as const) {
      const before = { call, writes: { file, text: 'mine' } }
      const { code, err } = await watched(folder, [program, ...words()], on.env, before)
      expect(err).toContain('instances.json was made by another program meanwhile: it stays as it is')
      expect(err).toContain('the answer is not kept')
      expect(err).not.toContain('wrote')
      expect(code).toBe(2)
      expect(text(file)).toBe('mine')
      expect(readdirSync(folder)).toEqual(['instances.json'])
      spawnSync('rm', [file])
    }
  })

  test('leaves nothing behind when the disk refuses it, and what was there stays', async () => {
    writeFileSync(file, 'old')
    for (const call of ['write', 'fsync', 'rename'] as const) {
      const args = [program, ...words('--force')]
      const { code, err } = await watched(folder, args, on.env, { call, fails: 'ENOSPC' })
      expect(err).toContain('instances.json cannot be written (ENOSPC): what was there is as it was')
      expect(code).toBe(1)
      expect(text(file)).toBe('old')
      expect(readdirSync(folder)).toEqual(['instances.json'])
    }
  })

  test.each(['csv', 'json', 'md', 'html', 'xlsx', 'parquet', 'db', 'csv.gz', 'ndjson', 'txt', 'yaml'])(
    'of a saved query as .%s that cannot be written is refused in one sentence',
    async (ending) => {
      const request = ['export', 'running', '--offline', '--output', formatOfEnding(ending), '--to'] as const
      const missing = await on.muster(...request, join(folder, 'missing', `running.${ending}`))
      expect(missing.err).toMatch(/^muster: [^\n]+ cannot be written \(ENOENT\): what was there[^\n]+\n$/)
      expect(missing.code).toBe(1)
      const args = [program, ...request, join(folder, `running.${ending}`)]
      const full = await watched(folder, args, on.env, { call: 'write', fails: 'ENOSPC' })
      expect(full.err).toMatch(/^muster: [^\n]+ cannot be written \(ENOSPC\): what was there[^\n]+\n$/)
      expect(full.code).toBe(1)
      expect(readdirSync(folder)).toEqual([])
    },
  )

  test.each([
    ['once', ['SIGINT'], 130],
    ['twice, without waiting', ['SIGINT', 'SIGINT'], 130],
    ['by the system', ['SIGTERM'], 143],
    ['without a chance', ['SIGKILL'], 137],
  ] as const)('leaves nothing behind when it is ended %s', async (_, signals, code) => {
    writeFileSync(file, 'old')
    const ended = await watched(folder, [program, ...words('--force')], on.env, { nth: 3, signals })
    expect(shellCode(ended)).toBe(code)
    expect(text(file)).toBe('old')
    await expect.poll(() => readdirSync(folder)).toEqual(['instances.json'])
  })

  test('with --force goes through a link, which stays, and keeps the mode', async () => {
    writeFileSync(join(folder, 'real.json'), 'old', { mode: 0o640 })
    symlinkSync('real.json', file)
    expect((await exportTo()).code).toBe(2)
    expect((await exportTo('--force')).code).toBe(0)
    expect(lstatSync(file).isSymbolicLink()).toBe(true)
    expect(text(join(folder, 'real.json'))).toBe(whole)
    expect(statSync(file).mode & 0o777).toBe(0o640)
  })

  test('with --force makes another file: a program that has the old one open goes on reading it', async () => {
    writeFileSync(file, 'old')
    linkSync(file, join(folder, 'old'))
    expect((await exportTo('--force')).code).toBe(0)
    expect([text(file), text(join(folder, 'old'))]).toEqual([whole, 'old'])
  })
})

describe('an export writes into what cannot be replaced, without --force and with it', () => {
  test('into a pipe: its reader gets the whole answer', async () => {
    spawnSync('mkfifo', [file])
    for (const more of [[], ['--force']]) {
      const reader = launch('cat', [file], on.env)
      expect((await exportTo(...more)).code).toBe(0)
      expect((await reader.ended).out).toBe(whole)
      expect(statSync(file).isFIFO()).toBe(true)
    }
    expect(readdirSync(folder)).toEqual(['instances.json'])
  })

  test('into a pipe that nobody reads, until ctrl-c ends it', async () => {
    spawnSync('mkfifo', [file])
    const before = { call: 'open', signals: ['SIGINT'] } as const
    expect(shellCode(await watched(folder, [program, ...words()], on.env, before))).toBe(130)
  })

  test('into a pipe whose reader goes away', async () => {
    spawnSync('mkfifo', [file])
    const reader = launch('head', ['-c', '10', file], on.env)
    const { code, err } = await exportTo()
    expect(err).toContain('instances.json was closed by its reader before all was written')
    expect(code).toBe(1)
    expect((await reader.ended).out).toBe(whole.slice(0, 10))
  })

  test('into /dev/stdout: a pipe, a file, and a file that already holds something', async () => {
    const run = (redirect: string) =>
      launch('sh', ['-c', `"$@" ${redirect}`, 'sh', process.execPath, program, ...toStandardOutput], on.env)
        .ended
    const toStandardOutput = words().map((word) => (word === file ? '/dev/stdout' : word))
    expect((await run('')).out).toBe(whole)
    expect((await run(`> ${file}`)).code).toBe(0)
    expect(text(file)).toBe(whole)
    writeFileSync(file, 'before\n')
    expect((await run(`>> ${file}`)).code).toBe(0)
    expect(text(file)).toBe(`before\n${whole}`)
  })

  test('into a terminal, by the name of its device', async () => {
    const terminal = onTerminal('sh', ['-c', 'tty; exec cat'], { env: on.env, cols: 200, rows: 50 })
    let shown = ''
    const device = new Promise<string>((resolve) => {
      terminal.onData((data) => {
        shown += data
        const [name] = /^\/dev\/\S+(?=\r\n)/.exec(shown) ?? []
        if (name) resolve(name)
      })
    })
    file = await device
    const { code, err } = await on.muster(...words('--force'))
    expect([code, err]).toEqual([0, expect.stringContaining('wrote')])
    await expect.poll(() => shown.includes(whole.trimEnd().slice(-100).replaceAll('\n', '\r\n'))).toBe(true)
    expect(lstatSync(file).isCharacterDevice()).toBe(true)
    terminal.kill('SIGKILL')
  })

  test('no report is written beside a pipe, and standard error still says what is missing', async () => {
    const denied = { fault: 'denied', operation: 'DescribeInstances' } as const
    const { home, env, muster } = await machine({ faults: [{ ...denied, region: 'us-east-1' }] })
    const pipe = join(folder, 'pipe')
    spawnSync('mkfifo', [pipe])
    const reader = launch('cat', [pipe], env)
    const { code, err } = await muster('export', '--to', pipe)
    expect(err).toContain('UnauthorizedOperation')
    expect(code).toBe(3)
    expect((await reader.ended).out).toContain('InstanceId')
    expect(readdirSync(folder)).toEqual(['pipe'])
    expect(leftBehind(home)).toEqual([])
  })
})
