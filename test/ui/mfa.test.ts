import { expect, test } from 'vitest'
import { program } from '../commands/program.ts'
import { base, type Person, person, role } from '../identity/person.ts'
import { openWith, type Size, sizes } from './terminal.ts'

/** One profile that signs in at once, and two behind an MFA device. */
function openMixed() {
  return person(
    (of) =>
      base +
      role('plain', of.account(1), 'base') +
      role('admin', of.account(2), 'base', `mfa_serial = ${of.serial}`, 'Operator') +
      role('audit', of.account(3), 'base', `mfa_serial = ${of.serial}`, 'Operator'),
    { regions: 1, instances: 30 },
  )
}

/** One scope at a time, and those that wait for a code come first. */
const all = ['--profile', 'admin,audit,plain', '--concurrency', '1']
const start = (machine: Person, size: Size, ...words: string[]) =>
  openWith(machine, size, {}, process.execPath, [program, ...words])
const shows = (text: string) => (lines: readonly string[]) => lines.some((line) => line.includes(text))

test.each(sizes)('the screen asks for one code while other accounts come in ($name)', async ({ size }) => {
  const machine = await openMixed()
  const run = start(machine, size, ...all)
  await run.until(shows('MFA code of inventory (admin): '), 'the question')
  await run.until(shows('1 of 3 scopes'), 'the account that needs no code')
  run.type('12x34')
  await run.until(shows('(admin): 1234'), 'digits alone')
  await run.press('enter')
  await run.until(shows('A code has six digits'), 'what a code is')
  run.type('56')
  await run.press('enter')
  await run.until(shows('AWS refused that one'), 'the question again')
  run.type(machine.code(0))
  await run.press('enter')
  await run.until(shows('3 of 3 scopes'), 'all accounts')
  expect(machine.endpoint.countRequests('GetSessionToken')).toBe(2)
  expect(run.beyond().join('')).toBe('')
  await run.press('q', 'y')
  expect((await run.ended).code).toBe(0)
})

test('esc gives no code: those profiles fail alone, with the next step', async () => {
  const machine = await openMixed()
  const run = start(machine, [120, 30], ...all)
  await run.until(shows('MFA code of inventory'), 'the question')
  await run.press('esc')
  await run.until(shows('2 missing'), 'the two that lack a code')
  await run.press('!')
  await run.until(shows('Press ctrl-r to be asked again.'), 'the next step')
  await run.press('esc', 'ctrl-r')
  await run.until(shows('MFA code of inventory'), 'the question again')
  await run.press('ctrl-c')
  expect((await run.ended).code).toBe(0)
})

test('a code of the command line is not asked for', async () => {
  const machine = await openMixed()
  const run = start(machine, [80, 24], ...all, '--mfa-code', machine.code(0))
  await run.until(shows('3 of 3 scopes'), 'all accounts')
  expect(run.raw()).not.toContain('MFA code of')
  await run.press('q', 'y')
  expect((await run.ended).code).toBe(0)
})

test('a command asks on the terminal, again if AWS refuses, and leaves no code behind', async () => {
  const machine = await openMixed()
  const run = start(machine, [200, 24], 'whoami', ...all.slice(0, 2))
  await run.until(shows(`MFA code of ${machine.serial} (profile admin):`), 'the question')
  run.type('99\u007f9a999999\r')
  // The terminal itself echoes what is typed before the question is there.
  await run.until(
    (lines) => /refused that code[\s\S]*MFA code of/.test(lines.join('\n')),
    'the refusal and the question again',
  )
  run.type(`${machine.code(3)}\r`)
  expect((await run.ended).code).toBe(0)
  const seen = run.lines().join('\n')
  expect(seen).toContain('assumed-role/Operator')
  expect(seen).not.toContain(machine.code(3))
  expect(machine.endpoint.countRequests('GetSessionToken')).toBe(2)
})

test('ctrl-c at the question is an interrupt: exit code 130, and the terminal is as it was', async () => {
  const machine = await openMixed()
  const run = start(machine, [100, 24], 'sync', ...all)
  await run.until(shows('MFA code of'), 'the question')
  run.type('12\u0003')
  expect((await run.ended).code).toBe(130)
  expect(run.lines().join('\n')).toContain('muster: interrupted; what was stored stays. ')
})

test('without a terminal the answer is there, and what is missing names --mfa-code', async () => {
  const { muster } = await openMixed()
  const { code, err } = await muster(['query', ...all, '--output', 'json'])
  expect(err).toMatch(/1 of 3 scopes, 2 missing/)
  expect(err).toMatch(
    /MfaRequired: Profile admin needs a code of the MFA device arn:aws:iam::\d{12}:mfa\/inventory\./,
  )
  expect(err).toContain('-> Give it with --mfa-code CODE')
  expect(code).toBe(3)
})

test.each(['12345', '1234567', 'abcdef', 'serial=12', ''])('--mfa-code %s is a usage error', async (code) => {
  const { muster, endpoint } = await openMixed()
  const ended = await muster(['query', ...all, `--mfa-code=${code}`])
  expect(ended.err).toContain('--mfa-code takes the six digits that the device shows: CODE, or SERIAL=CODE.')
  expect(ended.code).toBe(2)
  expect(endpoint.countRequests()).toBe(0)
})
