import { copyFileSync, existsSync, mkdirSync, readdirSync, renameSync, symlinkSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { launch } from '../helpers/launch.ts'
import { temporaryFolder } from '../helpers/temporary.ts'
import { run } from './checkout.ts'

const checkout = new URL('../..', import.meta.url).pathname
const target = `${process.platform}-${process.arch}`
let folder: string
beforeAll(async () => {
  const out = temporaryFolder()
  await run(
    process.execPath,
    ['.tools/package.mjs', target, '--no-archive', '--own-node', '--out', out],
    checkout,
  )
  folder = join(out, readdirSync(out)[0] ?? '')
})

describe('the folder with Node inside', () => {
  test('runs from any place and by a link, and uses no Node of the machine', async () => {
    const home = temporaryFolder()
    symlinkSync(join(folder, 'bin/muster'), join(home, 'muster'))
    symlinkSync('muster', join(home, 'again'))
    const env = { HOME: home, PATH: '/usr/bin:/bin' }
    const { out } = await run(join(home, 'again'), ['help', 'settings'], home, env)
    expect(out).toContain('preferRoles')
    const described = await run(join(home, 'again'), ['--version', '--verbose'], home, env)
    expect(described.out).toContain(`Node       ${process.version}`)
    expect(described.out).toMatch(/\nSQLite {5}3\./)
  })

  test('has what is published and SQLite for one system, and nothing to install', async () => {
    expect(readdirSync(folder).sort()).toEqual(['LICENSE', 'README.md', 'bin', 'lib'])
    expect(readdirSync(join(folder, 'lib/node_modules'))).toEqual(['better-sqlite3'])
    expect(readdirSync(join(folder, 'lib/node_modules/better-sqlite3/prebuilds'))).toEqual([`${target}.node`])
    expect(existsSync(join(folder, 'lib/dist/bundled.json'))).toBe(false)
  })

  test('a system that there is not is refused', async () => {
    const { code, err } = await launch(process.execPath, ['.tools/package.mjs', 'linux-z80'], {}, checkout)
      .ended
    expect(code).toBe(2)
    expect(err).toContain('There is no target linux-z80; there are linux-x64, linux-arm64')
  })

  test('answers in a root that holds the C library and a shell, and nothing else', async ({ skip }) => {
    if (process.platform !== 'linux') skip('not tested: only Linux has such roots')
    const root = temporaryFolder()
    // Without the right to change the root there is nothing to be tried.
    const enter = process.getuid?.() === 0 ? ['chroot'] : ['unshare', '--map-root-user', 'chroot']
    for (const program of [join(folder, 'lib/node'), '/bin/sh']) await copyLibraries(program, root)
    mkdirSync(join(root, 'bin'))
    copyFileSync('/bin/sh', join(root, 'bin/sh'))
    renameSync(folder, join(root, 'muster'))
    mkdirSync(join(root, 'tmp'))
    const [command = '', ...before] = enter
    const inside = (...args: string[]) =>
      launch(command, [...before, root, '/muster/bin/muster', ...args], {
        HOME: '/home',
        TMPDIR: '/tmp',
        PATH: '/usr/sbin:/usr/bin:/sbin:/bin',
      }).ended
    const version = await inside('--version')
    if (/Operation not permitted/.test(version.err)) skip(`not tested: ${version.err}`)
    expect(version).toMatchObject({ code: 0, err: '' })
    const { code, out } = await inside('query', 'running', '--demo', '--output', 'json')
    expect(code).toBe(0)
    expect(JSON.parse(out).length).toBeGreaterThan(300)
  })
})

/** The shared libraries of a program, at their places in another root. */
async function copyLibraries(program: string, root: string): Promise<void> {
  const { out } = await run('ldd', [program], '/')
  for (const [, file = ''] of out.matchAll(/(?:=> |^\s*)(\/\S+)/gm)) {
    mkdirSync(join(root, dirname(file)), { recursive: true })
    copyFileSync(file, join(root, dirname(file), basename(file)))
  }
}
