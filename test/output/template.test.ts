import { execFileSync, spawnSync } from 'node:child_process'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import type { Json } from '../../src/model.ts'
import { formatTemplate, readTemplate } from '../../src/output/template.ts'
import { temporaryFolder } from '../helpers/temporary.ts'
import { answerOfRows, fuzzRows } from './fuzzed-rows.ts'

const folder = new URL('../../queries/templates/', import.meta.url).pathname
const hasProgram = (name: string) => spawnSync(name, ['--version']).error === undefined

/** Names that try to be more than a name in one of the files. */
const hostile = [
  'web\n    ProxyCommand touch /tmp/owned',
  'web\r\nHost *\r\n  User root',
  '* !good',
  'github.com',
  'localhost',
  '-oProxyCommand=x',
  'a b "c" \'d\' # e',
  '{{ lookup("pipe", "touch /tmp/owned") }}',
  '", "x": "',
  'key: [a, b]\n  other: 1',
  '\u2028\u0085\u0007\ufeff',
  '8.8.8.8\tbank.example',
  'the flag of England \u{1f3f4}\u{e0067}\u{e0062}\u{e0065}\u{e006e}\u{e0067}\u{e007f}',
  '',
]
const names = [...hostile, ...fuzzRows(5000, 7).map((row) => row[1] ?? null)]
const rows = names.map((name, place) => ({
  Name: name,
  InstanceId: `i-${place.toString(16).padStart(17, '0')}`,
  PrivateIpAddress: `10.${place >> 16}.${(place >> 8) & 255}.${place & 255}`,
  InstanceType: 't3.micro',
  AccountName: name,
  Region: 'eu-west-1',
}))

describe('the templates that ship', () => {
  test('ssh-config: OpenSSH finds the address of every name, and no option that a tag brought', () => {
    const file = join(temporaryFolder(), 'config')
    writeFileSync(file, write('ssh-config'))
    const script =
      'for id in "$@"; do ssh -F "$0" -G "$id" | grep -E "^(hostname|user|proxycommand|localcommand|port) " | tr "\\n" ";"; echo; done'
    const chosen = rows.slice(0, hostile.length + 5)
    const find = (args: string[]) =>
      execFileSync('bash', ['-c', script, file, ...args], {
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'ignore'],
      })
        .trimEnd()
        .split('\n')
    const user = find(['elsewhere.example'])[0]?.replace(/hostname [^;]*;/, '')
    const found = find(chosen.map(({ InstanceId }) => InstanceId))
    for (const [place, line] of found.entries()) {
      expect(line).toContain(`hostname ${chosen[place]?.PrivateIpAddress};`)
      expect(line.replace(/hostname [^;]*;/, '')).toBe(user)
    }
    expect(find(['github.com', 'localhost']).map((line) => /hostname ([^;]*)/.exec(line)?.[1])).toEqual([
      'github.com',
      'localhost',
    ])
  })

  test('hosts-file: each line is an address and names of one label, to a reader of hosts(5)', () => {
    const read = write('hosts-file')
      .split('\n')
      .map((line) => line.replace(/#.*/, '').trim().split(/\s+/))
    expect(read.length).toBe(rows.length + 1)
    for (const [place, row] of rows.entries()) {
      const [address, ...labels] = read[place] ?? []
      expect(address).toBe(row.PrivateIpAddress)
      expect(labels.at(-1)).toBe(row.InstanceId)
      expect(labels).toHaveLength(2)
      for (const label of labels)
        expect(label).toMatch(/^(?!localhost$)[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?$/)
    }
  })

  test('prometheus-file-sd: Python reads targets and labels, with the names as they are', () => {
    const script = 'import sys,json; print(json.dumps(json.load(sys.stdin)))'
    const found = JSON.parse(
      execFileSync('python3', ['-c', script], {
        input: write('prometheus-file-sd'),
        encoding: 'utf8',
        maxBuffer: 1e9,
      }),
    )
    expect(found).toEqual(
      rows.map((row) => ({
        targets: [`${row.PrivateIpAddress}:9100`],
        labels: {
          instance_id: row.InstanceId,
          name: row.Name ?? '',
          type: 't3.micro',
          account: row.AccountName ?? '',
          region: 'eu-west-1',
        },
      })),
    )
  })

  test('ansible-inventory: a YAML reader finds every host, and names that Ansible does not evaluate', () => {
    // The reader takes 2 ms for each.
    const some = rows.slice(0, 500)
    const text = write('ansible-inventory', some)
    const { hosts } = parse(text, { logLevel: 'silent' }).all
    expect(Object.keys(hosts)).toEqual(some.map(({ InstanceId }) => InstanceId))
    for (const row of some)
      expect(hosts[row.InstanceId]).toEqual({
        ansible_host: row.PrivateIpAddress,
        ec2_name: row.Name ?? '',
        ec2_type: 't3.micro',
        ec2_account: row.AccountName ?? '',
        ec2_region: 'eu-west-1',
      })
    const unsafe = text.split('\n').filter((line) => /^ +ec2_/.test(line))
    for (const line of unsafe) expect(line).toMatch(/^ +ec2_[a-z]+: !unsafe "/)
    expect(unsafe).toHaveLength(4 * some.length)
    // Ansible's reader takes half of a character for an error, and then the whole file.
    expect(text).not.toMatch(/\\u[dD][89a-fA-F]/)
  })

  test.skipIf(!hasProgram('ansible-inventory'))(
    'ansible-inventory: Ansible reads it (skipped where there is no Ansible)',
    () => {
      const file = join(temporaryFolder(), 'hosts.yaml')
      writeFileSync(file, write('ansible-inventory'))
      const list = JSON.parse(
        execFileSync('ansible-inventory', ['-i', file, '--list', '--export'], {
          encoding: 'utf8',
          maxBuffer: 1e9,
        }),
      )
      const { hostvars } = list._meta
      for (const row of rows) {
        expect(hostvars[row.InstanceId].ansible_host).toBe(row.PrivateIpAddress)
        const name = hostvars[row.InstanceId].ec2_name
        expect(typeof name === 'string' ? name : name.__ansible_unsafe).toBe(row.Name ?? '')
      }
    },
  )

  test('are the ones that the help names', () => {
    expect(readdirSync(folder).sort()).toEqual(
      ['ansible-inventory', 'hosts-file', 'prometheus-file-sd', 'ssh-config'].map(
        (name) => `${name}.template`,
      ),
    )
  })
})

describe('a tag that is the id of another instance', () => {
  const id = 'i-00000000000000002'
  const plain = { AccountName: 'prod', InstanceType: 't3.micro', Region: 'eu-west-1' }
  const some = [
    { ...plain, Name: id, InstanceId: 'i-00000000000000001', PrivateIpAddress: '10.9.9.9' },
    {
      ...plain,
      Name: 'I-00000000000000002!',
      InstanceId: 'i-00000000000000003',
      PrivateIpAddress: '10.8.8.8',
    },
    { ...plain, Name: 'db', InstanceId: id, PrivateIpAddress: '10.0.0.2' },
  ]

  test('leads neither OpenSSH nor a reader of hosts(5) elsewhere', () => {
    const file = join(temporaryFolder(), 'config')
    writeFileSync(file, write('ssh-config', some))
    const found = execFileSync('ssh', ['-F', file, '-G', id], { encoding: 'utf8' })
    expect(found).toContain('hostname 10.0.0.2\n')
    const lines = write('hosts-file', some)
      .split('\n')
      .filter((line) => line.toLowerCase().includes(id))
    expect(lines).toEqual([`10.0.0.2\tdb ${id}`])
  })
})

describe('a template', () => {
  test('writes its text for each row, between {{rows}} and {{end}} only what is there', () => {
    expect(fill('{{A}} is {{B}}', [['x', 1]])).toBe('x is 1\n')
    expect(fill('[{{rows}}{{json:A}}{{between}}, {{end}}]', [['x'], ['"']])).toBe('["x", "\\""]')
    expect(fill('[{{rows}}{{json:A}}{{between}}, {{end}}]', [])).toBe('[]')
  })

  test('takes the next choice where there is nothing, and leaves rows out that stay empty', () => {
    const left: unknown[] = []
    const text = fill(
      "{{A ?? B}} {{B ?? ''}}",
      [
        ['a', null],
        [null, 'b'],
        ['', null],
      ],
      (...all) => left.push(all),
    )
    expect(text).toBe('a \nb b\n')
    expect(
      fill('{{json:A ?? word:B}}', [
        ['x', 1],
        [null, 'a b'],
      ]),
    ).toBe('"x"\na-b\n')
    expect(left).toEqual([[1, ['A ?? B']]])
  })

  test('quotes a value as its place says', () => {
    const value = '-a b\n\'"$(x)é'
    expect(fill('{{A}}', [[value]])).toBe('-a b␊\'"$(x)é\n')
    expect(fill('{{word:A}}', [[value]])).toBe('a-b-x-\n')
    expect(fill('{{label:A}}', [[value]])).toBe('a-b-x\n')
    expect(JSON.parse(fill('{{json:A}}', [[value]]))).toBe(value)
    expect(fill('{{yaml:A}}', [['\u{e0067}"'], [{ a: [1, '\ufffe'] }]])).toBe(
      '"\\U000e0067\\""\n{"a":[1,"\\ufffe"]}\n',
    )
    const shell = fill('printf %s {{shell:A}}', [[value]])
    expect(execFileSync('sh', ['-c', shell], { encoding: 'utf8' })).toBe('-a b␊\'"$(x)é')
    expect(fill("{{address:A ?? 'none'}}", [['10.0.0.1'], ['::1'], ['10.0.0.1 x'], [7]])).toBe(
      '10.0.0.1\n::1\nnone\nnone\n',
    )
  })

  test('asks for columns and expressions, each once, with braces and pipes of JMESPath', () => {
    const { columns } = readTemplate(
      "{{tag:Env}} {{json:Tags[?Key=='}}'] | [0]}} {{Name ?? tag:Env}} {{word:Name}}",
    )
    expect(columns).toEqual(['tag:Env', "Tags[?Key=='}}'] | [0]", 'Name'])
  })

  test.each([
    ['no place', 'The template names no column'],
    ['{{Name', 'The template has {{ without }}: {{Name'],
    ['{{end}}{{Name}}{{rows}}', 'A template has {{rows}}, then perhaps {{between}}, then {{end}}.'],
    ['{{Name}}{{rows}}x{{end}}', '{{Name}} of the template stands outside the rows.'],
    ['{{ }}', '{{}} of the template names no column.'],
    ['{{tag:*}}', '{{tag:*}} of the template names many columns: name one.'],
  ])('%j is a usage error', (text, message) => {
    expect(() => readTemplate(text)).toThrow(message)
  })
})

function write(name: string, some = rows): string {
  const template = readTemplate(readFileSync(join(folder, `${name}.template`), 'utf8'))
  const cells = some.map((row) => template.columns.map((column) => row[column as keyof typeof row]))
  return [...formatTemplate(answerOfRows(template.columns, cells), template, () => {})].join('')
}

function fill(
  text: string,
  cells: readonly (readonly Json[])[],
  onLeftOut: (rows: number, places: readonly string[]) => void = () => {},
): string {
  const template = readTemplate(text)
  return [...formatTemplate(answerOfRows(template.columns, cells), template, onLeftOut)].join('')
}
