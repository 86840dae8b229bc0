import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { beforeEach, describe, expect, test } from 'vitest'
import { launch } from './commands/program.ts'
import { temporaryFolder } from './helpers/temporary.ts'

const root = new URL('..', import.meta.url).pathname
const hostile = 'not muster'

/** An installed muster, and what another user prepared for it: compiled code that Node takes for muster's. */
interface Attack {
  readonly folder: string
  readonly program: string
  /** The name of the folder of this build. */
  readonly build: string
  /** Puts the prepared code into the folder that Node is given, and makes the folder if it is missing. */
  readonly poison: (folder: string) => void
  readonly start: (env: Readonly<Record<string, string>>, cwd?: string) => Promise<string>
}

/** What the other user does, and where: in the folder that muster would use. */
type Way = readonly [how: string, prepare: (attack: Attack, own: string) => void]

let attack: Attack
beforeEach(async () => {
  attack = await prepare()
})

describe('the compiled program', () => {
  test('is kept for its owner alone, in a folder for each build, and the older builds’ are removed', async () => {
    const { folder, build, start } = attack
    const compiled = join(folder, 'home/.cache/muster/compiled')
    mkdirSync(join(compiled, 'an-older-build/v22'), { recursive: true })
    writeFileSync(join(compiled, 'an-older-build/v22/1234'), 'old')
    expect(await start({ HOME: join(folder, 'home') })).toContain('usage: muster')
    expect(readdirSync(compiled)).toEqual([build])
    expect(statSync(join(compiled, build)).mode & 0o777).toBe(0o700)
    expect(entries(join(compiled, build)).length).toBeGreaterThan(1)
  })

  test('is what the next start runs', async () => {
    const { folder, build, poison, start } = attack
    const own = join(folder, 'home/.cache/muster/compiled', build)
    poison(own)
    expect(await start({ HOME: join(folder, 'home') })).toBe(hostile)
  })

  test('is kept in $XDG_CACHE_HOME, and below a link of the user’s', async () => {
    const { folder, build, poison, start } = attack
    mkdirSync(join(folder, 'disk'))
    symlinkSync(join(folder, 'disk'), join(folder, 'cache'))
    poison(join(folder, 'disk/muster/compiled', build))
    expect(await start({ HOME: join(folder, 'home'), XDG_CACHE_HOME: join(folder, 'cache') })).toBe(hostile)
  })

  test('is left to Node if NODE_COMPILE_CACHE names a folder, and is not kept if Node keeps none', async () => {
    const { folder, start } = attack
    const HOME = join(folder, 'home')
    expect(await start({ HOME, NODE_COMPILE_CACHE: join(folder, 'chosen') })).toContain('usage: muster')
    expect(existsSync(join(folder, 'chosen'))).toBe(true)
    expect(await start({ HOME, NODE_DISABLE_COMPILE_CACHE: '1' })).toContain('usage: muster')
    expect(existsSync(HOME)).toBe(false)
  })
})

describe('nothing runs that another user prepared', () => {
  const ways: readonly Way[] = [
    [
      'as a folder that everybody may write',
      ({ poison }, own) => {
        poison(own)
        chmodSync(own, 0o777)
      },
    ],
    [
      'as a folder that everybody may write and only owners may empty',
      ({ poison }, own) => {
        poison(own)
        chmodSync(own, 0o1777)
      },
    ],
    [
      'as a folder that its group may write',
      ({ poison }, own) => {
        poison(own)
        chmodSync(own, 0o770)
      },
    ],
    [
      'behind a link in place of the folder',
      ({ folder, poison }, own) => {
        poison(join(folder, 'theirs'))
        mkdirSync(dirname(own), { recursive: true })
        symlinkSync(join(folder, 'theirs'), own)
      },
    ],
    [
      'behind a link in place of the folder above',
      ({ folder, build, poison }, own) => {
        poison(join(folder, 'theirs', build))
        mkdirSync(dirname(dirname(own)), { recursive: true })
        symlinkSync(join(folder, 'theirs'), dirname(own))
      },
    ],
    [
      'in a cache folder that everybody may write, where they can put another folder in its place',
      ({ folder, poison }, own) => {
        poison(own)
        chmodSync(join(folder, 'home/.cache'), 0o777)
      },
    ],
    [
      'behind a link that leads below a folder that everybody may write',
      ({ folder, poison }, own) => {
        mkdirSync(join(folder, 'shared'))
        poison(own.replace(join(folder, 'home/.cache'), join(folder, 'shared/cache')))
        chmodSync(join(folder, 'shared'), 0o777)
        mkdirSync(join(folder, 'home'))
        symlinkSync(join(folder, 'shared/cache'), join(folder, 'home/.cache'))
      },
    ],
    ...onlyAsRoot([
      'as a folder of theirs',
      ({ poison }, own) => {
        poison(own)
        chownSync(own, 54321, 54321)
      },
    ]),
    ...onlyAsRoot([
      'in a cache folder of theirs',
      ({ folder, poison }, own) => {
        poison(own)
        chownSync(join(folder, 'home/.cache'), 54321, 54321)
      },
    ]),
  ]

  test.each(ways)('%s', async (_, prepareWay) => {
    const { folder, build, start } = attack
    const own = join(folder, 'home/.cache/muster/compiled', build)
    prepareWay(attack, own)
    const before = entries(own)
    expect(await start({ HOME: join(folder, 'home') })).toContain('usage: muster')
    expect(entries(own)).toEqual(before)
  })

  test('in the shared temporary directory, where Node would look by itself', async () => {
    const { folder, poison, start } = attack
    poison(join(folder, 'tmp/node-compile-cache'))
    const env = { HOME: join(folder, 'home'), TMPDIR: join(folder, 'tmp') }
    expect(await start(env)).toContain('usage: muster')
  })

  test('in the folder that muster is started in, when XDG_CACHE_HOME is relative', async () => {
    const { folder, build, poison, start } = attack
    poison(join(folder, 'here/cache/muster/compiled', build))
    const env = { HOME: join(folder, 'home'), XDG_CACHE_HOME: 'cache' }
    expect(await start(env, join(folder, 'here'))).toContain('usage: muster')
  })
})

/** Only root can act as another user. */
function onlyAsRoot(way: Way): readonly Way[] {
  return process.geteuid?.() === 0 ? [way] : []
}

/** Node's files in a folder that it was given. */
function entries(folder: string): readonly string[] {
  const [versioned] = existsSync(folder) ? readdirSync(folder) : []
  return versioned === undefined ? [] : readdirSync(join(folder, versioned)).sort()
}

/**
 * Installs muster, and compiles another program of the same length and at the same path. Node compares a checksum of
 * the source, which stands in the entry's head and can be written there; V8 compares the length.
 */
async function prepare(): Promise<Attack> {
  const folder = realpathSync(temporaryFolder())
  for (const part of ['dist', 'package.json'])
    cpSync(join(root, part), join(folder, part), { recursive: true })
  const program = join(folder, 'dist/muster.js')
  const start = async (env: Readonly<Record<string, string>>, cwd?: string) =>
    (await launch(process.execPath, [program, '--help'], env, cwd).ended).out
  const main = join(folder, 'dist/main.js')
  const source = readFileSync(main, 'utf8')
  const compiled = (home: string) => join(folder, home, '.cache/muster/compiled')
  await start({ HOME: join(folder, 'right') })
  writeFileSync(main, `process.stdout.write('${hostile}')`.padEnd(source.length))
  await start({ HOME: join(folder, 'wrong') })
  writeFileSync(main, source)
  const [build = ''] = readdirSync(compiled('right'))
  const [name = ''] = entries(join(compiled('wrong'), build))
  const [versioned = ''] = readdirSync(join(compiled('wrong'), build))
  const right = readFileSync(join(compiled('right'), build, versioned, name))
  const prepared = readFileSync(join(compiled('wrong'), build, versioned, name))
  right.copy(prepared, 12, 12, 16)
  return {
    folder,
    program,
    build,
    poison(own) {
      mkdirSync(join(own, versioned), { recursive: true, mode: 0o700 })
      writeFileSync(join(own, versioned, name), prepared)
    },
    start,
  }
}
