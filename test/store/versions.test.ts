import { cpSync, readFileSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { build } from 'esbuild'
import { expect, test } from 'vitest'
import { instances } from '../../src/kinds/instances.ts'
import { launch, machine, program } from '../commands/program.ts'
import { temporaryFolder } from '../helpers/temporary.ts'

const root = new URL('../..', import.meta.url).pathname
const kindFile = join(root, 'src/kinds/instances.ts')

test('a newer program, and an older one in between, answer alike from one cache', async () => {
  const newer = await programWith([
    [`edition: ${instances.edition},`, `edition: ${instances.edition + 1},`],
    // Inserted behind State, as a version did that then showed addresses as instance types.
    [
      "textColumn('State', { from: 'State.Name' }),",
      "textColumn('State', { from: 'State.Name' }), textColumn('Root', { from: 'RootDeviceName' }),",
    ],
    ["textColumn('Architecture', { label: 'ARCH' }),", ''],
    [
      "nameColumn('KeyName', { label: 'KEY' }),",
      "textColumn('KeyName', { from: 'to_string(EbsOptimized)' }),",
    ],
  ])
  const { env, endpoint } = await machine({ instances: 120 })
  const run = (main: string, ...args: string[]) => launch(process.execPath, [main, ...args], env).ended
  const columns = 'InstanceId,State,InstanceType,PrivateIpAddress,Architecture,Name,Region'
  const table = async (main: string, ...args: string[]) => {
    const { code, out, err } = await run(main, 'query', '--output', 'csv', '--columns', columns, ...args)
    expect(code, err).toBe(0)
    return out
  }
  const own = async (...args: string[]) => {
    const { out } = await run(
      newer,
      'query',
      '--output',
      'csv',
      '--columns',
      'InstanceId,Root,KeyName',
      ...args,
    )
    return out.trim().split('\r\n')
  }

  const first = await table(program, '--sync')
  expect(first.trim().split('\r\n')).toHaveLength(121)
  expect(await table(newer, '--offline')).toBe(first)
  expect(await own('--offline')).toContainEqual(
    expect.stringMatching(/^i-[0-9a-f]+,\/dev\/\w+,(true|false)$/),
  )
  // The older program reads what the newer one has made of the cache, syncs into it, and reads again.
  expect(await table(program, '--offline')).toBe(first)
  const before = endpoint.countRequests()
  expect(await table(program, '--sync')).toBe(first)
  expect(endpoint.countRequests()).toBeGreaterThan(before)
  expect(await table(newer, '--offline')).toBe(first)
  const rows = await own('--offline')
  expect(rows).toHaveLength(121)
  for (const row of rows.slice(1)) expect(row).toMatch(/^i-[0-9a-f]+,\/dev\/\w+,(true|false)$/)
  expect(await own('--sync')).toEqual(rows)
  // The text filter looks into columns that the newer program alone has.
  expect((await own('--offline', '--filter', '/dev/xvda')).slice(1)).toEqual(
    rows.slice(1).filter((row) => row.includes('/dev/xvda')),
  )
})

/** The program as it would be with another text of the kind. */
async function programWith(changes: readonly (readonly [from: string, to: string])[]): Promise<string> {
  const folder = temporaryFolder()
  for (const name of ['node_modules', 'queries']) symlinkSync(join(root, name), join(folder, name))
  let contents = readFileSync(kindFile, 'utf8')
  for (const [from, to] of changes) {
    if (!contents.includes(from)) throw new Error(`the kind has no ${from}`)
    contents = contents.replace(from, to)
  }
  await build({
    entryPoints: [join(root, 'src/main.ts')],
    outdir: join(folder, 'dist'),
    bundle: true,
    splitting: true,
    platform: 'node',
    mainFields: ['module', 'main'],
    format: 'esm',
    target: 'node22',
    jsx: 'automatic',
    logLevel: 'error',
    external: ['better-sqlite3', 'react-devtools-core'],
    banner: {
      js: "import{createRequire as __muster}from'node:module';const require=__muster(import.meta.url);",
    },
    plugins: [
      {
        name: 'another text of the kind',
        setup: ({ onLoad }) =>
          onLoad({ filter: /kinds\/instances\.ts$/ }, () => ({ contents, loader: 'ts' })),
      },
    ],
  })
  cpSync(join(root, 'src/kinds'), join(folder, 'dist/kinds'), {
    recursive: true,
    filter: (path) => !path.endsWith('.ts'),
  })
  return join(folder, 'dist/main.js')
}
