import {
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { readRemembered, rememberedFile, rememberSelection } from '../../src/config/remembered.ts'
import { scriptOver, watched } from '../helpers/file-calls.ts'
import { temporaryFolder } from '../helpers/temporary.ts'

const old = { profiles: ['prod'], regions: ['eu-west-1'], known: ['prod'] }
const chosen = { profiles: ['staging', 'prod'], regions: [], known: ['prod', 'staging'] }
const env = { PATH: process.env.PATH ?? '' }

test('what was chosen is found at the next start, and is for its owner alone', () => {
  const io = { env: {}, home: temporaryFolder() }
  expect(readRemembered(io)).toEqual({ profiles: [], regions: [], known: null })
  rememberSelection(io, chosen)
  expect(readRemembered(io)).toEqual(chosen)
  expect(statSync(rememberedFile(io)).mode & 0o777).toBe(0o600)
})

test('the choice is the old one or the new one, wherever muster is killed, and never none', async () => {
  const io = { env: {}, home: temporaryFolder() }
  const folder = dirname(rememberedFile(io))
  rememberSelection(io, old)
  const script = scriptOver(
    'config/remembered.ts',
    `exports.rememberSelection({ env: {}, home: '${io.home}' }, ${JSON.stringify(chosen)})`,
  )
  const { calls } = await watched(folder, script, env)
  expect(readRemembered(io)).toEqual(chosen)
  expect(calls.map(([call]) => call)).toEqual(['open', 'write', 'fsync', 'rename', 'fsync'])
  const found = []
  for (let nth = 1; nth <= calls.length; nth += 1) {
    rememberSelection(io, old)
    const { signal } = await watched(folder, script, env, { nth, signals: ['SIGKILL'] })
    expect(signal).toBe('SIGKILL')
    found.push(JSON.stringify(readRemembered(io)))
  }
  expect(new Set(found)).toEqual(new Set([JSON.stringify(old), JSON.stringify(chosen)]))
})

test('two screens that choose at once leave one of the choices, and nothing else', async () => {
  const io = { env: {}, home: temporaryFolder() }
  const script = (name: string) =>
    scriptOver(
      'config/remembered.ts',
      `for (let n = 0; n < 200; n += 1) exports.rememberSelection({ env: {}, home: '${io.home}' }, { profiles: Array(500).fill('${name}'), regions: [], known: null })`,
    )
  rememberSelection(io, { profiles: Array(500).fill('one'), regions: [], known: null })
  const ends = ['one', 'two'].map((name) => watched('/nowhere', script(name), env))
  let isOver = false
  const all = Promise.all(ends).finally(() => {
    isOver = true
  })
  while (!isOver) {
    const { profiles } = readRemembered(io)
    expect([profiles.length, new Set(profiles).size]).toEqual([500, 1])
    await new Promise(setImmediate)
  }
  expect((await all).map(({ code }) => code)).toEqual([0, 0])
  expect(readdirSync(dirname(rememberedFile(io)))).toEqual(['selection.json'])
})

test('a link in its place stays', () => {
  const io = { env: {}, home: temporaryFolder() }
  const file = rememberedFile(io)
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(join(io.home, 'elsewhere.json'), '')
  symlinkSync(join(io.home, 'elsewhere.json'), file)
  rememberSelection(io, chosen)
  expect(lstatSync(file).isSymbolicLink()).toBe(true)
  expect(JSON.parse(readFileSync(join(io.home, 'elsewhere.json'), 'utf8'))).toEqual(chosen)
})
