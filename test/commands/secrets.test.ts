import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { containerPath, containerToken } from '../../src/demo/metadata.ts'
import { webIdentityToken } from '../../src/demo/sts/sts-answers.ts'
import { base, type Person, person, role } from '../identity/person.ts'
import { debugLines } from './debug-lines.ts'
import { launch, program } from './program.ts'

const printed = {
  Version: 1,
  AccessKeyId: 'AKIAPRINTEDBYPROCESS',
  SecretAccessKey: 'printed/by/the/process/0123456789abcdef',
}

const config = (of: Pick<Person, 'account' | 'serial'>) => `${base}
${role('plain', of.account(1), 'base', 'external_id = external-secret-4711')}
${role('admin', of.account(2), 'base', `mfa_serial = ${of.serial}`, 'Operator')}
${role('refused', of.account(3), 'base', '', 'Nobody')}
[profile process]
region = us-east-1
credential_process = echo '${JSON.stringify(printed)}'
[profile noisy]
region = us-east-1
credential_process = echo '${JSON.stringify({ ...printed, Version: 9 })}'; echo ${printed.SecretAccessKey} >&2
[profile pod]
region = us-east-1
role_arn = arn:aws:iam::${of.account(1)}:role/Inventory
web_identity_token_file = WEB
[profile box]
region = us-east-1
role_arn = arn:aws:iam::${of.account(2)}:role/Inventory
credential_source = EcsContainer
`

test('no secret that a sign-in uses is printed, logged, exported or cached, or among the arguments', async () => {
  const machine = await person(config, {
    regions: 1,
    instances: 40,
    faults: [{ operation: 'DescribeInstances', fault: 'latency', ms: 300 }],
  })
  const { endpoint, home, env, code } = machine
  const web = webIdentityToken(Date.now() + 600_000)
  writeFileSync(join(home, 'web'), web)
  const file = join(home, '.aws/config')
  writeFileSync(file, readFileSync(file, 'utf8').replace('WEB', join(home, 'web')))
  const container = {
    AWS_CONTAINER_CREDENTIALS_FULL_URI: `${endpoint.url}${containerPath}`,
    AWS_CONTAINER_AUTHORIZATION_TOKEN: containerToken,
  }
  const names = 'base,plain,admin,refused,process,noisy,pod,box'
  const all = ['--profile', names]
  const outputs: string[] = []
  const run = async (...args: string[]) => {
    const started = launch(process.execPath, [program, ...args, '--debug'], { ...env, ...container })
    const watch = setInterval(() => outputs.push(argumentsOf(started.child.pid)), 20)
    const { out, err, code: exit } = await started.ended.finally(() => clearInterval(watch))
    outputs.push(out, err)
    return exit
  }
  expect(await run('sync', ...all, '--mfa-code', code(0))).toBe(3)
  for (const args of [
    ['whoami', ...all, '--output', 'json'],
    // Others of these profiles lead to the same accounts, and go first.
    ['whoami', '--profile', 'pod'],
    ['whoami', '--profile', 'box'],
    ['profiles', '--output', 'json'],
    ['status', ...all, '--output', 'json'],
    ['query', ...all, '--output', 'json'],
    ['export', ...all, '--to', join(home, 'all.json')],
    ['query', ...all, '--live', '--max-items', '20'],
  ]) {
    await run(...args)
  }
  const secrets = [
    endpoint.fleet.accounts[0]?.secretAccessKey ?? '',
    printed.SecretAccessKey,
    web,
    web.split('.')[1] ?? '',
    containerToken,
    ...keptSecrets(home),
  ]
  expect(secrets.length).toBeGreaterThan(8)
  const log = debugLines(outputs.join('\n')).join('\n')
  for (const way of ['role by base', 'process', 'web-identity', 'credential-source', 'answered AssumeRole'])
    expect(log).toContain(way)
  // Six digits may stand elsewhere by chance: among the program's own arguments, or in a larger number.
  expect(log).not.toMatch(new RegExp(`\\b${code(0)}\\b`))
  const places = new Map([
    ['the output', outputs.join('\n')],
    ...filesUnder(home)
      .filter((name) => !name.startsWith('.aws/') && name !== 'web')
      .map((name) => [name, readFileSync(join(home, name), 'latin1')] as const),
  ])
  expect([...places.keys()]).toEqual(expect.arrayContaining(['all.json', '.cache/muster/inventory.db']))
  for (const [place, text] of places) {
    for (const secret of secrets) expect(text.includes(secret), `${secret} in ${place}`).toBe(false)
  }
})

/** The secrets and tokens of the sessions in the AWS CLI's cache: the one place where they may be. */
function keptSecrets(home: string): string[] {
  const folder = join(home, '.aws/cli/cache')
  return readdirSync(folder).flatMap((name) => {
    const { Credentials: credentials } = JSON.parse(readFileSync(join(folder, name), 'utf8')) as {
      Credentials: Record<string, string>
    }
    return [credentials.SecretAccessKey ?? '', credentials.SessionToken ?? '']
  })
}

/** muster's own arguments, as `ps` shows them on Linux. */
function argumentsOf(pid: number | undefined): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8')
  } catch {
    return ''
  }
}

function filesUnder(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
}
