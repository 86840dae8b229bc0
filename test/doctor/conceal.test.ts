import { describe, expect, test } from 'vitest'
import { checkUp } from '../../src/doctor/checkup.ts'
import { makeConcealer } from '../../src/doctor/conceal.ts'
import { diffOf } from '../../src/doctor/diff.ts'
import { examine } from '../../src/doctor/rules.ts'
import { documents } from './fixing.ts'
import { filesOf } from './readers.ts'

const keys = '[p]\naws_access_key_id = AKIAIOSFODNN7EXAMPLE\n'

/** Files whose mistakes lead the doctor to lines that hold a secret; each piece of it begins with `hush`. */
const corpus: readonly (readonly [what: string, config: string, credentials: string])[] = [
  ['a secret on a second line', '', `${keys}aws_secret_access_key = hushAbcdef1\nhushGhijkl2\n`],
  ['an indented second line', '', `${keys}aws_secret_access_key = hushAbcdef1\n  hushGhijkl2\n`],
  ['a second line with =', '', `${keys}aws_secret_access_key = hushAbcdef1\nhushGhi=jkl2\n`],
  ['a third line', '', `${keys}aws_session_token = hushAbcdef1\n hushGhijkl2\nhushMnopqr3\n`],
  ['a short end', '', `${keys}aws_secret_access_key = hushAbcdef1\nhush2\n`],
  ['a misspelt key', '', `${keys}aws_secret_acces_key = hushAbcdef1\n`],
  ['a colon', '', `${keys}aws_secret_access_key: hushAbcdef1\n`],
  ['no equals sign', '', `${keys}aws_secret_access_key hushAbcdef1\n`],
  [
    'the arguments of a command',
    '[profile p]\nregion = us-east-1\ncredential_process = /bin/p --key hush1 | cat\n',
    '',
  ],
  ['a command with capitals', '[profile p]\nCredential_Process = /bin/p --key hush1\n', ''],
  ['a command with a comment', '[profile p]\ncredential_process = /bin/p --key hush1 # x\n', ''],
]

describe('the doctor shows no secret, in no word and in no line of a diff:', () => {
  test.each(corpus)('%s', (_, config, credentials) => {
    const files = documents(filesOf(config, credentials))
    const checkup = checkUp(files.config, files.credentials, {})
    const conceal = makeConcealer(checkup)
    const findings = examine(checkup)
    expect(findings).not.toEqual([])
    for (const { wrong, awsCli, sdk, fixes } of findings) {
      const lines = fixes.flatMap((fix) => diffOf(checkup, fix, conceal))
      const shown = JSON.stringify([wrong, awsCli, sdk, fixes.map(({ what }) => what), lines])
      expect(shown).not.toContain('hush')
    }
  })
})
