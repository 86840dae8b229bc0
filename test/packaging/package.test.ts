import { lstatSync, mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { basename, join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { temporaryFolder } from '../helpers/temporary.ts'
import { copyOfCheckout, install, pack, run, runMuster, runOnline } from './checkout.ts'

const own = readFileSync(new URL('../../package.json', import.meta.url), 'utf8')
const checkoutManifest = JSON.parse(own)
let checkout: string
let tarball: string
beforeAll(async () => {
  checkout = await copyOfCheckout()
  tarball = await pack(checkout)
})

describe('the package', () => {
  test('depends on better-sqlite3 alone, and runs nothing when it is installed', async () => {
    const { out } = await run('tar', ['-xzOf', tarball, 'package/package.json'], checkout)
    const { dependencies, ...manifest } = JSON.parse(out)
    expect(dependencies).toEqual({ 'better-sqlite3': checkoutManifest.dependencies['better-sqlite3'] })
    for (const key of ['scripts', 'devDependencies', 'allowScripts', 'bundleDependencies'])
      expect(manifest).not.toHaveProperty(key)
    for (const key of ['name', 'version', 'license', 'bin', 'man', 'exports', 'engines', 'os'])
      expect(manifest[key], key).toEqual(checkoutManifest[key])
  })

  test('holds what is run and read, and nothing else', async () => {
    const { out } = await run('tar', ['-tzf', tarball], checkout)
    const files = out.trim().split('\n')
    for (const file of files) {
      expect(file).toMatch(
        /^package\/(package\.json|README\.md|LICENSE|queries\/[^/]+\.jmespath|queries\/templates\/[^/]+\.template|dist\/(?!bundled)[^/]+|dist\/kinds\/(shapes|operations)\.json|dist\/help\/[^/]+\.md|dist\/man\/muster[^/]*\.[17])$/,
      )
    }
    expect(files).toContain('package/dist/muster.js')
    expect(files).toContain('package/dist/THIRD-PARTY-NOTICES.txt')
    for (const page of checkoutManifest.man) expect(files).toContain(join('package', page))
    expect(files.filter((file) => file.startsWith('package/queries/'))).toHaveLength(
      readdirSync(join(checkout, 'queries'), { recursive: true, withFileTypes: true }).filter((each) =>
        each.isFile(),
      ).length,
    )
  })

  test('leaves the checkout as it was, with nothing to build', async () => {
    const timeOfBuild = () => statSync(join(checkout, 'dist/muster.js')).mtimeMs
    const built = timeOfBuild()
    await run('npm', ['run', 'prepare'], checkout)
    expect(timeOfBuild()).toBe(built)
    expect(readFileSync(join(checkout, 'package.json'), 'utf8')).toBe(own)
    expect((await run('git', ['status', '--porcelain'], checkout)).out).toBe('')
  })

  test('names no address: none is known', () => {
    for (const key of ['repository', 'homepage', 'bugs']) expect(checkoutManifest).not.toHaveProperty(key)
  })

  test('cannot be published as a folder, which would announce the checkout’s dependencies', async () => {
    await expect(run('npm', ['run', 'prepublishOnly'], checkout)).rejects.toThrow('Publish the tarball')
  })
})

// A busy machine and a slow registry take their time.
describe('an installed muster', { timeout: 300_000 }, () => {
  test('is three packages, and runs', async (context) => {
    const folder = temporaryFolder()
    const { out } = await install(context, [tarball], folder)
    expect(out).toContain('added 3 packages')
    await expectRunning(join(folder, 'node_modules/.bin/muster'), process.execPath)
  })

  test('runs on Node 22', async (context) => {
    const folder = temporaryFolder()
    const node = `node-${process.platform}-${process.arch}`
    await install(context, [tarball, `${node}@22`], folder)
    const program = join(folder, 'node_modules', node, 'bin/node')
    expect((await run(program, ['--version'], folder)).out).toMatch(/^v22\./)
    await expectRunning(join(folder, 'node_modules/.bin/muster'), program)
  })

  test('runs from a folder that nobody may write, whatever its name, and writes nothing there', async (context) => {
    const folder = join(temporaryFolder(), 'a folder, 100% näher')
    mkdirSync(folder)
    await install(context, ['--global', '--prefix', folder, tarball], checkout)
    await run('chmod', ['-R', 'a-w', folder], checkout)
    try {
      // Modes do not stop root.
      const before = everythingIn(folder)
      await expectRunning(join(folder, 'bin/muster'), process.execPath)
      for (const page of checkoutManifest.man) {
        const installed = join(folder, 'share/man', `man${page.at(-1)}`, basename(page))
        expect(readFileSync(installed, 'utf8')).toContain('.TH')
      }
      expect(everythingIn(folder)).toEqual(before)
    } finally {
      await run('chmod', ['-R', 'u+w', folder], checkout)
    }
  })

  test('is run by npx', async (context) => {
    const folder = temporaryFolder()
    // npx installs into npm's cache.
    const env = { npm_config_cache: join(folder, 'cache') }
    const words = ['--yes', '--package', tarball, 'muster', '--version']
    const { out } = await runOnline(context, 'npx', words, folder, env)
    expect(out).toBe(`muster ${checkoutManifest.version}\n`)
  })
})

/** Names, sizes and times of change. */
function everythingIn(folder: string): readonly string[] {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort()
  return names.map((name) => {
    const { size, mtimeMs } = lstatSync(join(folder, name))
    return `${name} ${size} ${mtimeMs}`
  })
}

async function expectRunning(program: string, node: string): Promise<void> {
  const version = await runMuster(program, node, ['--version'])
  expect(version.out).toBe(`muster ${checkoutManifest.version}\n`)
  const { out } = await runMuster(program, node, ['query', 'running', '--demo', '--output', 'json'])
  expect(JSON.parse(out).length).toBeGreaterThan(300)
  const help = await runMuster(program, node, ['help', 'settings'])
  expect(help.out).toContain('preferRoles')
}
