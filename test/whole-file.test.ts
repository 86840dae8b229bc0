import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import {
  chmodSync,
  chownSync,
  lchownSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { beforeEach, describe, expect, test } from 'vitest'
import { streamWhole, writePrivately, writeWhole } from '../src/whole-file.ts'
import { leftBehind, scriptOver, watched } from './helpers/file-calls.ts'
import { temporaryFolder } from './helpers/temporary.ts'

let folder: string
let file: string
beforeEach(() => {
  folder = temporaryFolder()
  file = join(folder, 'file')
})

const replace = { existing: 'replace' } as const
const refuse = { existing: 'refuse' } as const
const text = (path: string) => readFileSync(path, 'utf8')
const modeOf = (path: string) => statSync(path).mode & 0o7777
const isRoot = process.geteuid?.() === 0
const env = { PATH: process.env.PATH ?? '' }

describe('a file that is replaced', () => {
  test('is another file from then on: a program that has the old one open keeps reading it', () => {
    writeFileSync(file, 'old')
    linkSync(file, join(folder, 'old'))
    writeWhole(file, 'new', replace)
    expect(text(file)).toBe('new')
    expect(text(join(folder, 'old'))).toBe('old')
  })

  test.each([0o600, 0o640, 0o755, 0o444])('keeps its mode (%o)', (mode) => {
    writeFileSync(file, 'old')
    chmodSync(file, mode)
    writeWhole(file, 'new', { ...replace, mode: 0o666 })
    expect(modeOf(file)).toBe(mode)
  })

  test('has mode 0600 afterwards if it holds secrets', () => {
    writeFileSync(file, 'old', { mode: 0o644 })
    writePrivately(file, 'new')
    expect(modeOf(file)).toBe(0o600)
    writePrivately(join(folder, 'new/folder/file'), 'new')
    expect(modeOf(join(folder, 'new/folder'))).toBe(0o700)
  })

  test('stays as it was if a last look finds something wrong', () => {
    writeFileSync(file, 'old')
    const check = () => {
      throw new Error('not now')
    }
    expect(() => writeWhole(file, 'new', { ...replace, check })).toThrow('not now')
    expect(text(file)).toBe('old')
    expect(leftBehind(folder)).toEqual([])
  })

  test('is the old one or the new one, whole, wherever the program is killed', async () => {
    const script = scriptOver(
      'whole-file.ts',
      `const pieces = Array.from({ length: 3 }, (_, n) => Buffer.alloc(70_000, String(n)))
       const signal = new AbortController().signal
       await exports.streamWhole('${file}', pieces, { existing: 'replace', signal })`,
    )
    const whole = ['0', '1', '2'].map((digit) => digit.repeat(70_000)).join('')
    writeFileSync(file, 'old')
    const { calls, code } = await watched(folder, script, env)
    expect([code, text(file)]).toEqual([0, whole])
    const found = []
    for (let nth = 1; nth <= calls.length; nth += 1) {
      writeFileSync(file, 'old')
      const { signal } = await watched(folder, script, env, { nth, signals: ['SIGKILL'] })
      expect(signal).toBe('SIGKILL')
      found.push(text(file))
    }
    expect(found.filter((each) => each !== 'old' && each !== whole)).toEqual([])
    expect(new Set(found).size).toBe(2)
  })
})

describe('a new file', () => {
  test('has the mode that was asked for, less the umask', () => {
    writeWhole(file, 'new', refuse)
    expect(modeOf(file)).toBe(0o666 & ~process.umask())
    writeWhole(join(folder, 'own'), 'new', { ...refuse, mode: 0o600 })
    expect(modeOf(join(folder, 'own'))).toBe(0o600)
  })

  test('replaces no other file', () => {
    writeFileSync(file, 'mine')
    expect(() => writeWhole(file, 'new', refuse)).toThrow('EEXIST')
    expect(text(file)).toBe('mine')
    expect(leftBehind(folder)).toEqual([])
  })

  test('is safe on the disk before it has its name, and has its name before the call returns', async () => {
    for (const existing of ['replace', 'refuse']) {
      const path = join(folder, existing)
      const script = scriptOver(
        'whole-file.ts',
        `exports.writeWhole('${path}', 'text', { existing: '${existing}' })`,
      )
      const { calls } = await watched(folder, script, env)
      const draft = calls[0]?.[1] ?? ''
      expect(draft).not.toBe(path)
      expect(calls).toEqual([
        ['open', draft],
        ['write', draft],
        ['fsync', draft],
        [existing === 'replace' ? 'rename' : 'link', draft, path],
        ['fsync', folder],
      ])
    }
  })

  test('is made whole if the file system has no hard links, and replaces no other file there either', async () => {
    const script = scriptOver('whole-file.ts', `exports.writeWhole('${file}', 'new', { existing: 'refuse' })`)
    expect((await watched(folder, script, env, { call: 'link', fails: 'EPERM' })).code).toBe(0)
    expect(text(file)).toBe('new')
    writeFileSync(file, 'mine')
    const { err } = await watched(folder, script, env, { call: 'link', fails: 'EPERM' })
    expect(err).toContain('EEXIST')
    expect(text(file)).toBe('mine')
    expect(leftBehind(folder)).toEqual([])
  })
})

describe('a link', () => {
  test('stays, and what it leads to is written, over other links, folders that are links and gaps', () => {
    mkdirSync(join(folder, 'real/deep'), { recursive: true })
    symlinkSync('real/deep', join(folder, 'short'))
    symlinkSync('../second', join(folder, 'real/deep/first'))
    symlinkSync('third', join(folder, 'real/second'))
    for (const content of ['made', 'replaced']) {
      writeWhole(join(folder, 'short/first'), content, replace)
      expect(text(join(folder, 'real/third'))).toBe(content)
    }
    for (const link of ['short', 'real/deep/first', 'real/second']) {
      expect(lstatSync(join(folder, link)).isSymbolicLink(), link).toBe(true)
    }
    expect(() => writeWhole(join(folder, 'short/first'), 'again', refuse)).toThrow('EEXIST')
    expect(text(join(folder, 'real/third'))).toBe('replaced')
  })

  test('that leads to itself is refused', () => {
    symlinkSync('file', file)
    expect(() => writeWhole(file, 'new', replace)).toThrow('ELOOP')
  })
})

describe('a pipe', () => {
  test('stays one, and its reader gets everything, however slowly it reads', async () => {
    makePipe()
    const pieces = Array.from({ length: 40 }, (_, n) => Buffer.alloc(50_000, String(n % 10)))
    const writing = streamWhole(file, pieces, { ...refuse, signal: new AbortController().signal })
    const reader = spawn('sh', ['-c', `sleep 0.3; cat ${file} | (sleep 0.3; cksum)`])
    let out = ''
    reader.stdout.on('data', (data) => {
      out += data
    })
    expect(await writing).toBe(2_000_000)
    await once(reader, 'close')
    expect(out).toBe(spawnSync('cksum', { input: Buffer.concat(pieces), encoding: 'utf8' }).stdout)
    expect(statSync(file).isFIFO()).toBe(true)
    expect(leftBehind(folder)).toEqual([])
  })

  test('that nobody reads is waited for until the user ends it, and never blocks what cannot wait', async () => {
    makePipe()
    const stop = new AbortController()
    setTimeout(() => stop.abort(), 200)
    const writing = streamWhole(file, [Buffer.from('text')], { ...refuse, signal: stop.signal })
    await expect(writing).rejects.toThrow('aborted')
    expect(() => writeWhole(file, 'text', replace)).toThrow('ENXIO')
  })
})

test('a folder is not a file, and stays', () => {
  mkdirSync(file)
  for (const options of [replace, refuse]) expect(() => writeWhole(file, 'new', options)).toThrow('EISDIR')
  expect(leftBehind(folder)).toEqual([])
})

// Nobody else can give a file to another user.
if (isRoot) {
  describe('for root', () => {
    test('a file keeps its owner and its group when root replaces it', () => {
      writeFileSync(file, 'old')
      chownSync(file, 54321, 54322)
      writeWhole(file, 'new', replace)
      expect(statSync(file)).toMatchObject({ uid: 54321, gid: 54322 })
    })

    test('a link of another user in a folder that everybody may write leads nowhere', () => {
      chmodSync(folder, 0o1777)
      mkdirSync(join(folder, 'home'))
      symlinkSync('home/profile', file)
      lchownSync(file, 54321, 54321)
      expect(() => writeWhole(file, 'new', replace)).toThrow('was put there by another user')
      expect(leftBehind(folder)).toEqual([])
      lchownSync(file, 0, 0)
      writeWhole(file, 'new', replace)
      expect(text(join(folder, 'home/profile'))).toBe('new')
    })

    test('a pipe of another user in a folder that everybody may write gets nothing', () => {
      makePipe()
      chmodSync(folder, 0o1777)
      chownSync(file, 54321, 54321)
      expect(() => writeWhole(file, 'new', replace)).toThrow('was put there by another user')
    })
  })
}

function makePipe(): void {
  expect(spawnSync('mkfifo', [file]).status).toBe(0)
}
