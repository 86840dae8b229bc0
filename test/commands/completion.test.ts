import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { commands } from '../../src/cli.ts'
import { operandValues } from '../../src/commands/completion/option-values.ts'
import { quoteForBash, splitShellLine } from '../../src/commands/completion/shell-line.ts'
import { shells } from '../../src/commands/completion/shell-scripts.ts'
import { exitCodes } from '../../src/errors.ts'
import { fileFormats, printedFormats } from '../../src/output/format-names.ts'
import { readCachedWords, type WordLimits } from '../../src/store/cached-words.ts'
import { openWith } from '../ui/terminal.ts'
import { openMachine, runInProcess } from './in-process.ts'
import { program } from './program.ts'

/** Text of other people that would do harm if a shell evaluated it. */
const hostile = 'evil$(touch ran);touch ran `touch ran` \'q\' "d" *|&<> ~ \\ !!'
const hostileTag = 'evil$(touch ran)`touch ran`'

type Machine = Awaited<ReturnType<typeof openMachine>>
let on: Machine
beforeAll(async () => {
  on = await openMachine({ accounts: 2, regions: 1, instances: 4 })
  expect((await on.muster('sync')).code).toBe(exitCodes.done)
  const db = new Database(on.cache)
  db.prepare('UPDATE account SET name = ? WHERE account = (SELECT min(account) FROM account)').run(hostile)
  db.prepare("INSERT INTO profile VALUES ('control\u001b[2Jprofile', '', '', 0)").run()
  const body = JSON.stringify({ Tags: [{ Key: hostileTag, Value: 'x' }] })
  db.prepare(
    'UPDATE document SET body = jsonb(?) WHERE resource_id = (SELECT min(resource_id) FROM document)',
  ).run(body)
  db.close()
  const queries = join(on.home, '.config/muster/queries')
  mkdirSync(queries, { recursive: true })
  writeFileSync(join(queries, 'mine.jmespath'), '# My own\n# param: SINCE = -7d\n# param: WORD\nlength(@)\n')
})
afterAll(() => on.close())

/** What is offered for the last word, as zsh and fish ask. */
async function offered(...words: string[]): Promise<readonly string[]> {
  const { out } = await runInProcess(on, '__complete', 'zsh', ...words)
  return out
    .trimEnd()
    .split('\n')
    .slice(1)
    .map((line) => line.split('\t')[0] ?? '')
}

describe('what is completed', () => {
  test('commands by their beginning, each with what it does', async () => {
    expect(await offered('')).toEqual(expect.arrayContaining(['query', 'export', 'help', 'completion']))
    const { out } = await runInProcess(on, '__complete', 'fish', 'exp')
    expect(out).toBe('words\nexport\tthe same into a file\n')
  })

  test('the options of the command, without those that were given', async () => {
    expect(await offered('export', '--t')).toEqual(['--to', '--top', '--template'])
    expect(await offered('export', '--to', 'x.csv', '--t')).toEqual(['--top', '--template'])
    expect(await offered('whoami', '--t')).toEqual([])
    expect(await offered('--ver')).toEqual(['--version'])
  })

  test('profiles, regions, accounts and kinds, also behind a comma, an exclamation mark and an equals sign', async () => {
    const [first = '', second = ''] = await offered('query', '--profile', '')
    expect(on.endpoint.fleet.accounts.map(({ name }) => name)).toEqual(
      expect.arrayContaining([first, second]),
    )
    expect(await offered('query', '--profile', `${first},!${second}`)).toEqual([`${first},!${second}`])
    expect(await offered('query', `--profile=${first}`)).toEqual([`--profile=${first}`])
    const [region] = on.endpoint.fleet.regions
    expect((await offered('query', '--region', ''))[0]).toBe(region?.name)
    expect(await offered('query', '--region', 'me-c')).toEqual(['me-central-1'])
    const [account] = on.endpoint.fleet.accounts
    expect(await offered('query', '--account', account?.id ?? '')).toEqual([account?.id])
    expect(await offered('query', '--kind', 'vol')).toContain('volumes')
    expect(await offered('sync', '--kind', 'compute,sto')).toEqual([
      'compute,storage',
      'compute,store-image-tasks',
    ])
  })

  test('columns of the kind that is asked for, in upper and lower case alike, and keys of tags', async () => {
    expect(await offered('query', '--columns', 'Name,privateip')).toEqual(['Name,PrivateIpAddress'])
    expect(await offered('query', '--kind', 'volumes', '--sort', 'siz')).toEqual(['Size'])
    expect(await offered('query', '--kind', 'volumes', '--sum', '')).toContain('Size')
    expect(await offered('query', '--kind', 'volumes', '--sum', 'Stat')).toEqual([])
    expect(await offered('query', '--columns', '+tag:Own')).toEqual(['+tag:Owner'])
  })

  test('columns, states and tags of a filter', async () => {
    expect(await offered('query', '--filter', 'web Stat')).toContain('web State=')
    expect(await offered('query', '--filter', '!State=stopped')).toEqual(['!State=stopped'])
    expect(await offered('query', '--filter', 'tag:Own')).toEqual(['tag:Owner='])
  })

  test('saved queries with their parameters, your own among them', async () => {
    const { out } = await runInProcess(on, '__complete', 'fish', 'query', 'min')
    expect(out).toBe('words\nmine\tMy own (SINCE=-7d WORD)\n')
    expect(await offered('queries', 'show', 'min')).toEqual(['mine'])
    expect(await offered('queries', 'check', 'running', 'min')).toEqual(['mine'])
    expect(await offered('query', 'mine', '--set', '')).toEqual(['SINCE=', 'WORD='])
    expect(await offered('query', 'mine', '--set', 'WORD=x', '--set', '')).toEqual(['SINCE='])
  })

  test('ids and names of the cache for find and show, of the kind that is asked for', async () => {
    const rows: { InstanceId: string; Name: string | null }[] = JSON.parse(
      (await on.muster('query', '--columns', 'InstanceId,Name', '--offline', '--output', 'json')).out,
    )
    const ids = rows.map(({ InstanceId }) => InstanceId).sort()
    const [id = ''] = ids
    expect((await offered('show', 'i-')).toSorted()).toEqual(ids)
    expect(await offered('show', id.slice(0, 8))).toEqual([id])
    expect(await offered('show', id, '')).toEqual([])
    expect(await offered('find', id, '')).toEqual(['i-'])
    const name = rows.find((row) => row.Name)?.Name ?? ''
    expect(await offered('find', 'x', name.slice(0, -1).toUpperCase())).toContain(name)
    expect(await offered('find', '--kind', 'volumes', 'i-')).toEqual([])
  })

  test('what was typed beside ids and names that are not all: a shell adds what all of them share', () => {
    const kinds = [{ kind: 'instances', hasIds: true, nameColumn: 'Name' }]
    const read = (limits: Partial<WordLimits>) =>
      readCachedWords(on.cache, 'i-', kinds, { words: 9, scopes: 9, rows: 9, ...limits })
    expect(read({})).toMatchObject({ isAll: true, words: { length: 4 } })
    expect(read({ words: 3 })).toMatchObject({ isAll: false, words: { length: 3 } })
    expect(read({ scopes: 1 }).isAll).toBe(false)
    expect(read({ rows: 3 }).isAll).toBe(false)
  })

  test('formats of files for an export, and those of a tree', async () => {
    expect(await offered('export', '--output', '')).toEqual([...fileFormats])
    expect(await offered('query', '--output', '')).toEqual([...printedFormats])
    expect(await offered('export', '--partition', 'date,account,region', '--output=')).toEqual([
      '--output=parquet',
      '--output=ndjson',
    ])
  })

  test('settings and what they can be', async () => {
    expect(await offered('config', 'get', 'keep')).toEqual(['keepGone', 'keepGoneMegabytes'])
    expect(await offered('config', 'set', 'theme', 'da')).toEqual(['dark'])
    expect(await offered('config', 'set', 'kinds', 'volumes,subn')).toEqual(['volumes,subnets'])
    expect(await offered('config', 'set', 'theme', 'dark', '')).toEqual([])
  })

  test('something for every word of every command that is not free text', async () => {
    const free = ['EXPRESSION', 'FILE', 'SELECT']
    for (const { load } of commands) {
      const { usage } = await load()
      for (const [word] of usage.matchAll(/\b(?<!--\w+ )[A-Z]{2,}\b/g))
        expect([...free, 'OPTIONS', ...Object.keys(operandValues)], usage).toContain(word)
    }
  })

  test('formats, words of commands, topics of the help, and files where a file is meant', async () => {
    expect(await offered('query', '--output', 'nd')).toContain('ndjson')
    expect(await offered('cache', '')).toEqual(['check', 'rebuild'])
    expect(await offered('completion', '')).toEqual([...shells])
    expect(await offered('help', 'set')).toEqual(['settings'])
    expect((await runInProcess(on, '__complete', 'zsh', 'export', '--to', 'x')).out).toBe('files\n')
  })

  test('nothing that holds a control character', async () => {
    expect(await offered('query', '--demo', '--cache', on.cache, '--profile', 'control')).toEqual([])
  })

  test('what can be read is offered when settings, ~/.aws and cache cannot', async () => {
    const home = join(on.home, 'broken')
    mkdirSync(join(home, '.config/muster'), { recursive: true })
    mkdirSync(join(home, '.aws/config'), { recursive: true })
    writeFileSync(join(home, '.config/muster/config.json'), '{')
    const broken = { env: { HOME: home }, home }
    const { code, out, err } = await runInProcess(broken, '__complete', 'zsh', 'query', '--profile', '')
    expect({ code, out, err }).toEqual({ code: 0, out: 'words\n', err: '' })
    const kinds = await runInProcess(broken, '__complete', 'zsh', 'query', '--kind', 'subn')
    expect(kinds.out).toBe('words\nsubnets\n')
    expect(existsSync(join(home, '.cache/muster/inventory.db'))).toBe(false)
  })

  test('what the cache of --cache holds, whose path the shell has not expanded yet', async () => {
    symlinkSync(on.cache, join(on.home, 'elsewhere.db'))
    const given = (cache: string) => offered('query', '--cache', cache, '--account', 'evil')
    for (const path of ['~/elsewhere.db', '$HOME/elsewhere.db'])
      expect(await given(path), path).toEqual([hostile])
    expect(await given('~/not-there.db')).toEqual([])
  })

  test('nothing of a cache that is a pipe, which nobody may ever write into', () => {
    const pipe = join(on.home, 'pipe.db')
    expect(spawnSync('mkfifo', [pipe]).status).toBe(0)
    const words = ['__complete', 'zsh', 'query', '--cache', pipe, '--account', 'evil']
    const { signal, stdout } = spawnSync(process.execPath, [program, ...words], {
      env: { HOME: on.home },
      timeout: 60_000,
      killSignal: 'SIGKILL',
      encoding: 'utf8',
    })
    expect({ signal, stdout }).toEqual({ signal: null, stdout: 'words\n' })
  })

  test('a shell that there is not is a usage error', async () => {
    const { code, err } = await runInProcess(on, 'completion', 'tcsh')
    expect(code).toBe(exitCodes.usage)
    expect(err).toBe('muster: Name one shell: muster completion bash, zsh, fish.\n')
  })
})

describe('a line of Bash', () => {
  const breaks = ' \t\n"\'@><=;|&(:'

  test.each([
    ['muster query --profile pro', ['muster', 'query', '--profile'], 'pro', '', null],
    ["muster 'a b' c\\ d", ['muster', 'a b'], 'c d', '', null],
    ['muster --region=eu', ['muster'], '--region=eu', '--region=', null],
    ['muster x@y:z', ['muster'], 'x@y:z', 'x@y:', null],
    ["muster --profile '!pro", ['muster', '--profile'], '!pro', '', "'"],
    ['muster --columns "tag:$(x', ['muster', '--columns'], 'tag:$(x', '', '"'],
    ['muster ', ['muster'], '', '', null],
  ])('%s is split as Bash does', (line, words, text, fixed, quote) => {
    expect(splitShellLine(line, breaks)).toEqual({ words, last: { text, fixed, quote } })
  })

  test('is completed behind an open quote, but for what no quote of that kind can hold', () => {
    expect(quoteForBash("it's", { text: '', fixed: '', quote: "'" })).toBe("it'\\''s")
    expect(quoteForBash('a$b`"\\', { text: '', fixed: '', quote: '"' })).toBe('a\\$b\\`\\"\\\\')
    expect(quoteForBash('!a', { text: '', fixed: '', quote: '"' })).toBeNull()
    expect(quoteForBash('a$b', { text: '', fixed: '', quote: "'" })).toBe('a$b')
    expect(quoteForBash('a=b c', { text: 'a=', fixed: 'a=', quote: null })).toBe('b\\ c')
  })
})

describe('in the shell itself', () => {
  const starts = {
    bash: { args: ['--norc', '--noprofile', '-i'], load: 'eval "$(muster completion bash)"' },
    zsh: { args: ['-f', '-i'], load: 'autoload -U compinit; compinit -D; eval "$(muster completion zsh)"' },
    fish: { args: ['--no-config', '-i'], load: 'muster completion fish | source' },
  }

  test.for(shells)('%s completes a word, and takes text of other people as text', async (shell, { skip }) => {
    const path = ['/usr/bin', '/bin', '/usr/local/bin', '/opt/homebrew/bin'].map((folder) =>
      join(folder, shell),
    )
    const file = path.find(existsSync)
    if (file === undefined) return skip(`not tested: ${shell} is not installed`)
    const home = join(on.home, shell)
    mkdirSync(home, { recursive: true })
    // What the shell runs at the end writes its words down; what it asks is answered by the program.
    const bin = join(home, 'bin')
    mkdirSync(bin, { recursive: true })
    const script = [
      '#!/bin/sh',
      `case "$1" in completion|__complete) exec '${process.execPath}' '${program}' "$@";; esac`,
      `printf '%s\\n' "$@" > '${home}/words'`,
    ]
    writeFileSync(join(bin, 'muster'), `${script.join('\n')}\n`, { mode: 0o700 })
    const env = { PATH: `${bin}:/usr/bin:/bin`, PS1: 'ready> ', XDG_CONFIG_HOME: join(on.home, '.config') }
    const { args, load } = starts[shell]
    const run = openWith(on, [200, 30], { ...env, INPUTRC: '/dev/null', XDG_DATA_HOME: home }, file, args)
    await run.untilSettled()
    run.type(`cd '${home}'; ${load}; echo load''ed\r`)
    await run.until((lines) => lines.includes('loaded'), 'the end of the script')
    await run.untilSettled()
    // Fish takes no tab that comes before it has answered the one before.
    const times = (word: string) => run.lines().slice(2).join('').split(word).length - 1
    const complete = async (typed: string, word: string, count: number) => {
      run.type(`${typed}\t`)
      await run.until(() => times(word) === count, typed)
    }
    await complete('muster expo', 'export', 1)
    await complete('--account evi', 'touch', 3)
    await complete('--columns Name,tag:evi', 'touch', 5)
    await complete('--region=me-c', 'me-central-1', 1)
    await complete('--output xl', 'xlsx', 1)
    run.type('\r')
    const written = join(home, 'words')
    await run.until(
      () => existsSync(written) && readFileSync(written, 'utf8').endsWith('xlsx\n'),
      'the words',
    )
    expect(readFileSync(written, 'utf8').split('\n')).toEqual([
      'export',
      '--account',
      hostile,
      '--columns',
      `Name,tag:${hostileTag}`,
      '--region=me-central-1',
      '--output',
      'xlsx',
      '',
    ])
    expect(existsSync(join(home, 'ran'))).toBe(false)
  })
})
