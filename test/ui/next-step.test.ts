import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { advisePolicy } from '../../src/kinds/policy-advice.ts'
import { bindings } from '../../src/ui/keys/all-keys.ts'
import { sayOnScreen } from '../../src/ui/state/next-step.ts'
import { update } from '../../src/ui/update.ts'
import { screen } from './state.ts'

const source = new URL('../../src/', import.meta.url).pathname

describe('a next step on the screen names a key', () => {
  test.each([
    ['Run muster login --sso-session empresa.', 'Press L and choose empresa.'],
    ["Run muster login --sso-session 'my own.one'.", 'Press L and choose my own.one.'],
    ['Run muster login --profile old-a.', 'Press L and choose the sign-in of profile old-a.'],
    [
      'It expired; run muster login --sso-session a.b again and allow it.',
      'It expired; press L and choose a.b again and allow it.',
    ],
    [
      'Run `muster sync`, or the same command without --offline: it is read then.',
      'Press ctrl-r: it is read then.',
    ],
    [
      'The cache x holds damaged rows (it): run `muster sync`.',
      'The cache x holds damaged rows (it): press ctrl-r.',
    ],
    [
      'Ask again when that has ended; `muster status` says how far it has come.',
      'Its rows appear here as they are stored; :scopes says how far it has come.',
    ],
    ['Check the network, then sync again.', 'Check the network, then press ctrl-r.'],
    ['Sync again later, with fewer calls at once.', 'Press ctrl-r later, with fewer calls at once.'],
    ['Read it with `muster sync --kind instance-status`', 'Read it with :instance-status'],
    [
      'Move it away, or give another with --cache FILE, and sync again.',
      'Move it away, or give another with --cache FILE, and start muster again.',
    ],
    [
      "Give --region NAME (or '*' for all that are enabled), or set `region` in the profile.",
      'Choose regions with R, or set `region` in the profile.',
    ],
    [
      "Did you mean 'eu-west-1'? Choose among: eu-west-1.",
      "Did you mean 'eu-west-1'? Choose with R among: eu-west-1.",
    ],
    [
      "Leave it out, with --kind '…,!hosts'; `muster kinds` lists what is covered.",
      'Look at another kind: after esc, : takes its name.',
    ],
    [
      advisePolicy(['volumes'], ['ec2:DescribeVolumes']),
      'Run muster policy --kind volumes in a shell and ask for what it prints (ec2:DescribeVolumes), or choose a profile that has it with P.',
    ],
    [
      'Sync again later: it takes hours. Or leave the region out.',
      'Press ctrl-r later: it takes hours. Or leave the region out with R.',
    ],
    ['Leave the region out, or enable it.', 'Leave the region out with R, or enable it.'],
    ['a.yaml exists: give another name, or --force to replace it.', 'a.yaml exists: give another name.'],
    ['Or leave this account or region out.', 'Or leave this account or region out with P or R.'],
    ['Correct profile dev in ~/.aws.', 'Correct profile dev in ~/.aws.'],
  ])('%s', (sentence, onScreen) => {
    expect(sayOnScreen(sentence)).toBe(onScreen)
  })

  test('no sentence about a fault asks for a command of muster that a key does', () => {
    const texts = ['aws', 'identity', 'sync', 'query', 'store', 'kinds'].flatMap(textsIn)
    const advice = texts
      .filter((text) => /sync again|muster (sync|login|status)|--mfa-code CODE/i.test(text))
      .map((text) => text.replaceAll(/\$\{(login|quoteShellWord\(\w+\))\}/g, '--sso-session x'))
      .map((text) => text.replaceAll('--sso-session --sso-session', '--sso-session'))
    expect(advice.length).toBeGreaterThan(15)
    for (const text of advice)
      expect(sayOnScreen(text)).not.toMatch(
        /sync again|`muster (sync|status)|muster login --(sso|prof)|--mfa-code CODE/i,
      )
  })

  test.each(['table', 'text'])('that works where the next step is read: on a %s', (place) => {
    const does = (key: string) =>
      bindings.find((each) => each.place === place && each.keys.includes(key))?.does ?? ''
    expect(does('L')).toMatch(/sign in/)
    expect(does('ctrl-r')).toMatch(/sync again/)
    expect(does('P')).toMatch(/profiles/)
    expect(does('R')).toMatch(/regions/)
  })

  test('in the message of an error, of a sync that ended early, and in place of a table', () => {
    const text = 'It holds damaged rows: run `muster sync`.'
    const onScreen = 'It holds damaged rows: press ctrl-r.'
    expect(update(screen(), { type: 'message', text, tone: 'error' }).state.message?.text).toBe(onScreen)
    const failed = { type: 'failed', question: 1, message: text } as const
    expect(update(screen(), { type: 'reader', message: failed }).state.table.failed).toBe(onScreen)
  })
})

test('a sentence for a shell names no key', () => {
  const files = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter(
    (name) => name.endsWith('.ts') && !/^(ui|help)\//.test(name),
  )
  for (const file of files) {
    const wrong = textsIn(file).filter((text) =>
      /\bpress (ctrl-|esc\b|[A-Z!?:]\b)|\bon the screen\b/i.test(text),
    )
    expect(wrong, file).toEqual([])
  }
})

/** The texts of a file, or of all files of a folder, of src: what stands in quotes. */
function textsIn(place: string): string[] {
  const path = join(source, place)
  const files = place.endsWith('.ts')
    ? [path]
    : readdirSync(path, { recursive: true, encoding: 'utf8' })
        .filter((name) => name.endsWith('.ts'))
        .map((name) => join(path, name))
  return files.flatMap((file) => {
    const code = readFileSync(file, 'utf8').replace(/^\s*(\/\/|\*|\/\*).*$/gm, '')
    return (code.match(/'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"|`(?:[^`\\]|\\.)*`/g) ?? []).map((text) =>
      text.replaceAll('\\`', '`'),
    )
  })
}
