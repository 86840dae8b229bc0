import { cpSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import type { TestContext } from 'vitest'
import { type Ended, launch } from '../commands/program.ts'
import { temporaryFolder } from '../helpers/temporary.ts'

const root = new URL('../..', import.meta.url).pathname

/** Of npm’s own variables only its configuration is passed on: the others say that `npm test` runs. */
export const environment: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries(process.env).flatMap(([name, value]) =>
    value === undefined || /^(npm_(?!config_)|npm_config_local_prefix|AWS_|VITEST|NODE_ENV)/.test(name)
      ? []
      : [[name, value]],
  ),
)

/**
 * A checkout of its own of what is here, committed: packing one builds it, and other tests run the program here. `prepare`
 * changes what is committed.
 */
export async function copyOfCheckout(prepare: (folder: string) => void = () => {}): Promise<string> {
  const folder = join(temporaryFolder(), 'checkout')
  const apart = ['.git', 'node_modules', 'dist', '.packages'].map((name) => join(root, name))
  cpSync(root, folder, { recursive: true, filter: (path) => !apart.includes(path) && !/\.tgz$/.test(path) })
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'))
  prepare(folder)
  await run('git', ['init', '--quiet'], folder)
  mkdirSync(join(folder, '.git/info'), { recursive: true })
  // The ignored folder is a link here.
  writeFileSync(join(folder, '.git/info/exclude'), 'node_modules\n')
  // Nothing is kept long enough to be worth compressing.
  const loose = ['-c', 'core.compression=0']
  await run('git', [...loose, 'add', '.'], folder)
  const author = [
    ...loose,
    '-c',
    'user.name=muster',
    '-c',
    'user.email=muster@localhost',
    '-c',
    'commit.gpgsign=false',
  ]
  await run('git', [...author, 'commit', '--quiet', '--message', 'the checkout'], folder)
  return folder
}

/** Packs a checkout as a release does; gives the path of the tarball. */
export async function pack(checkout: string): Promise<string> {
  const { out } = await run('npm', ['pack', '--json'], checkout)
  const [packed] = Object.values(JSON.parse(out) as Record<string, { readonly filename: string }>)
  return join(checkout, basename(packed?.filename ?? ''))
}

/** Installs with npm. */
export function install(context: TestContext, args: readonly string[], folder: string): Promise<Ended> {
  return runOnline(context, 'npm', ['install', '--no-audit', '--no-fund', ...args], folder)
}

/** As `run`, for what needs npm’s registry: without one there is nothing to be tested, and the test says so. */
export async function runOnline(
  { skip }: TestContext,
  command: string,
  args: readonly string[],
  folder: string,
  env: Readonly<Record<string, string>> = {},
): Promise<Ended> {
  const ended = await launch(command, args, { ...environment, ...env }, folder).ended
  if (ended.code !== 0 && /EAI_AGAIN|ENOTFOUND|ENETUNREACH|ECONNREFUSED|ECONNRESET|ETIMEDOUT/.test(ended.err))
    skip(`not tested: npm’s registry does not answer. ${ended.err.split('\n')[0]}`)
  if (ended.code !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${ended.code}: ${ended.err}`)
  return ended
}

/** Runs a program to its end; anything but success is an error. */
export async function run(
  command: string,
  args: readonly string[],
  cwd: string,
  env: Readonly<Record<string, string>> = {},
): Promise<Ended> {
  const ended = await launch(command, args, { ...environment, ...env }, cwd).ended
  if (ended.code !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${ended.code}: ${ended.err}`)
  return ended
}

/** Runs an installed muster with a Node of one’s choice. */
export function runMuster(program: string, node: string, args: readonly string[]): Promise<Ended> {
  const home = temporaryFolder()
  const PATH = `${dirname(node)}:${environment.PATH}`
  return run(program, args, home, { PATH, HOME: home, TMPDIR: home })
}
