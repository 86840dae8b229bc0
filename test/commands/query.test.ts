import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { makeFleet } from '../../src/demo/fleet.ts'
import { type AwsCli, awsCli1, awsCli2, pyenvRoot } from '../helpers/aws-clis.ts'
import { runAws } from '../helpers/run-aws.ts'
import { machine, syncedMachine } from './in-process.ts'
import { accountId } from './program.ts'

type Row = Readonly<Record<string, unknown>> & { readonly InstanceId: string }

const aws = awsCli1 ?? awsCli2
const shipped = readdirSync(new URL('../../queries', import.meta.url))
  .filter((name) => name.endsWith('.jmespath'))
  .map((name) => name.replace(/\.jmespath$/, ''))

describe('the same answer as the AWS CLI', () => {
  if (!aws) process.stderr.write('SKIPPED: no `aws` (AWS CLI) on this machine to compare answers with.\n')

  const expression =
    "Reservations[].Instances[?State.Name!='terminated'][].{InstanceId: InstanceId, Type: InstanceType, State: State.Name, Zone: Placement.AvailabilityZone, Name: Tags[?Key=='Name'].Value | [0], Launch: LaunchTime, Disks: BlockDeviceMappings[].Ebs.VolumeId, Tags: length(Tags || `[]`)}"

  test.skipIf(!aws)('an expression over all accounts and regions', async () => {
    const { endpoint, env, home, muster } = await machine({ accounts: 2, regions: 2, instances: 200 })
    const { code, out } = await muster('query', expression, '--output', 'json')
    expect(code).toBe(0)
    const config = join(home, 'version-1')
    // Version 1 prints times as they came over the wire, unless its settings ask for version 2's form.
    writeFileSync(config, '[default]\ncli_timestamp_format = iso8601\n')
    const answers: Row[] = []
    for (const { accessKeyId, secretAccessKey } of endpoint.fleet.accounts) {
      for (const region of endpoint.fleet.regions) {
        const where = ['--region', region.name, '--endpoint-url', endpoint.url]
        const words = ['ec2', 'describe-instances', '--output', 'json', '--query', expression, ...where]
        // Version 1 knows no endpoint_url in a profile: a role profile would leave this machine. Keys stay here.
        const { PATH = '', HOME = '' } = env
        const keys = { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey }
        const own = { PATH, HOME, PYENV_ROOT: pyenvRoot, AWS_CONFIG_FILE: config, ...keys }
        const answer = await runAws(aws as AwsCli, words, own)
        expect(answer.err).toBe('')
        answers.push(...(JSON.parse(answer.out) as Row[]))
      }
    }
    expect(answers.length).toBeGreaterThan(100)
    expect(byId(JSON.parse(out) as Row[])).toEqual(byId(answers))
  })
})

describe('--explain', () => {
  test('prints how a question is answered instead of the answer, as text and as data', async () => {
    const { muster } = await syncedMachine()
    const { code, out, err } = await muster('query', 'running', '--explain')
    expect(code).toBe(0)
    expect(out).toMatch(/^conditions +State == 'running'$/m)
    expect(out).toMatch(/^members +none: no document is read$/m)
    expect(err).toMatch(/^6 of 6 scopes/)
    const { out: json } = await muster('query', 'running', '--explain', '--output', 'json', '--offline')
    expect(JSON.parse(json)).toMatchObject({ Kinds: [{ Kind: 'instances', Members: [] }] })
  })

  test.each([
    [['--live'], 'leave --live out'],
    [['--input', 'x.json'], 'leave --input out'],
    [['--exit-code'], '--explain gives none: leave one out'],
  ])('is refused with %j, which reads no cache or asks about rows', async (words, message) => {
    const { muster } = await machine()
    const { code, err } = await muster('query', 'Reservations', '--explain', ...words)
    expect(code).toBe(2)
    expect(err).toContain(message)
  })
})

describe('an expression that runs and cannot do what was meant', () => {
  test('is answered as ever; the hint goes to standard error, before the coverage', async () => {
    const { muster } = await syncedMachine()
    const wrong = 'Reservations[].Instances[?State.Name=="running"][].InstanceId'
    const { code, out, err } = await muster('query', wrong, '--output', 'json')
    expect({ code, out }).toEqual({ code: 0, out: '[]\n' })
    expect(err).toMatch(/^hint: "running" in double quotes is [^\n]+\n[^\n]+\n +\^\n6 of 6 scopes/m)
    const saved = await muster('query', 'running', '--output', 'json')
    expect(saved.err).not.toContain('hint:')
  })

  test('is reported with --live and --input as well, before the token', async () => {
    const { home, muster } = await machine()
    const live = await muster('query', 'Instances[].InstanceId', '--live', '--max-items', '5')
    expect(live.err).toMatch(/^hint: The document has no Instances[\s\S]*\nnext token: \S+\n$/m)
    const file = join(home, 'rows.json')
    writeFileSync(file, '[{"a": "b"}]')
    const { code, out, err } = await muster('query', '[?a=="b"]', '--input', file, '--output', 'json')
    expect({ code, out }).toEqual({ code: 0, out: '[]\n' })
    expect(err).toMatch(/^hint: "b" in double quotes/)
  })
})

describe('when AWS is called', () => {
  test('--offline never calls, fresh scopes are not read again, --sync reads every one', async () => {
    const { endpoint, muster } = await machine()
    const never = await muster('query', '--offline')
    expect(never.code).toBe(3)
    expect(never.err).toContain('never synced')
    expect(endpoint.countRequests()).toBe(0)
    expect((await muster('query')).code).toBe(0)
    const first = endpoint.countRequests()
    expect(endpoint.countRequests('DescribeInstances')).toBe(6)
    expect((await muster('query', 'running', '--output', 'csv')).code).toBe(0)
    expect((await muster('query', '--offline', '--fresh', '0s')).code).toBe(0)
    expect(endpoint.countRequests()).toBe(first)
    expect((await muster('query', '--sync')).code).toBe(0)
    expect(endpoint.countRequests('DescribeInstances')).toBe(12)
  })

  test('only the scopes that are due are read: a further region leaves the others alone', async () => {
    const { endpoint, muster } = await machine()
    await muster('query', '--region', 'us-east-1')
    expect(endpoint.countRequests('DescribeInstances')).toBe(3)
    await muster('query', '--region', 'us-east-1,eu-west-1')
    expect(endpoint.countRequests('DescribeInstances')).toBe(6)
  })
})

describe('export', () => {
  test.each(['csv', 'json', 'ndjson', 'yaml', 'text', 'table', 'aws-table'])(
    'writes the bytes of query: %s',
    async (format) => {
      const { home, muster } = await syncedMachine({ instances: 300 })
      const file = join(home, `out.${format}`)
      const written = await muster('export', 'running', '--to', file, '--output', format)
      expect(written.code).toBe(0)
      const { out } = await muster('query', 'running', '--output', format, '--offline')
      expect(readFileSync(file, 'utf8')).toBe(out)
      expect(out.length).toBeGreaterThan(100)
    },
  )

  test('replaces a file only with --force', async () => {
    const { home, muster, endpoint } = await machine()
    const file = join(home, 'mine.csv')
    writeFileSync(file, 'mine')
    const refused = await muster('export', '--to', file)
    expect(refused.err).toMatch(/mine\.csv exists: give another name, or --force to replace it/)
    expect(refused.code).toBe(2)
    expect(readFileSync(file, 'utf8')).toBe('mine')
    expect(endpoint.countRequests()).toBe(0)
    expect((await muster('export', '--to', file, '--force')).code).toBe(0)
    expect(readFileSync(file, 'utf8')).toMatch(/^Name,InstanceId/)
  })

  test('an incomplete export has a file beside it that names what is missing; a complete one has none', async () => {
    const account = accountId(makeFleet({ accounts: 3 }), 'acme-prod-web')
    const { home, muster } = await machine({ faults: [{ fault: 'denied', account, region: 'eu-west-1' }] })
    const partial = join(home, 'partial.csv')
    expect((await muster('export', '--to', partial)).code).toBe(3)
    const report = readFileSync(`${partial}.coverage.json`, 'utf8')
    expect(report).toContain('acme-prod-web/eu-west-1 UnauthorizedOperation')
    const whole = join(home, 'whole.csv')
    expect((await muster('export', '--to', whole, '--region', 'us-east-1')).code).toBe(0)
    expect(existsSync(`${whole}.coverage.json`)).toBe(false)
  })

  test('a folder that is not there: exit code 1, and nothing is left', async () => {
    const { home, muster } = await machine()
    const { code, err } = await muster('export', '--to', join(home, 'nowhere/out.csv'))
    expect(err).toMatch(/^muster: .*nowhere\/out\.csv cannot be written/m)
    expect(code).toBe(1)
    expect(readdirSync(home).filter((name) => name.includes('part'))).toEqual([])
  })
})

describe('text from AWS is harmless', () => {
  test('no formula reaches a spreadsheet, unless --raw asks for the cells as they are', async () => {
    const { muster } = await syncedMachine({ accounts: 12, instances: 2000 })
    const names = ['query', 'Reservations[].Instances[].Tags[].[Value]', '--output', 'csv'] as const
    const { out } = await muster(...names)
    const { out: raw } = await muster(...names, '--raw', '--offline')
    const formula = /^"?[=@]/m
    expect(raw).toMatch(formula)
    expect(out).not.toMatch(formula)
    expect(out).toMatch(/^"?'=/m)
  })

  test('no control character reaches the terminal in a table', async () => {
    const { muster } = await syncedMachine({ accounts: 12, instances: 2000 })
    const names = ['query', 'Reservations[].Instances[].Tags[].[Value]', '--output'] as const
    const { out: raw } = await muster(...names, 'csv', '--raw')
    const control = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/
    expect(raw).toMatch(/\u009b/)
    const { out: table } = await muster(...names, 'table', '--offline')
    expect(table).not.toMatch(control)
  })
})

describe('the saved queries that ship', () => {
  test('each has rows on the demo fleet', async () => {
    const { muster } = await machine({ accounts: 5, regions: 3, instances: 400 })
    const queries = JSON.parse((await muster('queries', '--output', 'json')).out) as { Kind: string }[]
    const synced = await muster('sync', '--kind', queries.map(({ Kind }) => Kind).join(','))
    expect(synced.code).toBe(0)
    const counts: Record<string, number> = {}
    const settings: Record<string, readonly string[]> = {
      'by-tag': ['KEY=Environment', 'VALUE=prod'],
      'of-type': ['TYPE=m5'],
    }
    for (const name of shipped) {
      const set = (settings[name] ?? []).flatMap((each) => ['--set', each])
      const { code, out } = await muster('query', name, ...set, '--offline', '--output', 'json')
      expect({ name, code }).toEqual({ name, code: 0 })
      counts[name] = (JSON.parse(out) as unknown[]).length
    }
    expect(Object.entries(counts).filter(([, count]) => count === 0)).toEqual([])
    expect(shipped.length).toBeGreaterThan(10)
  })
})

function byId(rows: readonly Row[]): readonly Row[] {
  return rows.toSorted((a, b) => (a.InstanceId < b.InstanceId ? -1 : 1))
}
