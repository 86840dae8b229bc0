import { beforeAll, describe, expect, test } from 'vitest'
import { checkUp } from '../../src/doctor/checkup.ts'
import { unlikeReadings } from '../../src/doctor/rules/reading-rules.ts'
import { rules } from '../../src/doctor/rules.ts'
import { awsCli1 } from '../output/aws-formatters.ts'
import { type Case, environmentCases, fileCases, type Given, profileCases, type Taken } from './cases.ts'
import { afterEdits, documents, findingsOf, fixAll } from './fixing.ts'
import { askAwsCli, askCredentials, askSdk, askSdkCredentials, filesOf, type Read } from './readers.ts'

const cases = [...fileCases, ...profileCases, ...environmentCases]
const named = cases.map((each, index) => [`${each.code} (${index + 1})`, each] as const)

describe('every rule', () => {
  test('has its cases', () => {
    const codes = new Set(cases.map(({ code }) => code))
    expect([...rules.map(({ code }) => code), unlikeReadings].filter((code) => !codes.has(code))).toEqual([])
  })

  test.each(named)('%s: finds the mistake, at its line', (_, { code, bad, at }) => {
    const found = findingsOf(makeDocuments(bad), bad.env).filter((finding) => finding.code === code)
    expect(found.map(({ file, line }) => `${file}:${line}`)).toContain(at)
    for (const { wrong, awsCli, sdk } of found) {
      expect(wrong).toMatch(/^[^\n]+\.$/)
      expect(awsCli).not.toBe('')
      expect(sdk).not.toBe('')
    }
  })

  test.each(named)('%s: is silent where nothing is wrong', (_, { code, good }) => {
    expect(findingsOf(makeDocuments(good), good.env).filter((finding) => finding.code === code)).toEqual([])
  })

  test.each(named)(
    '%s: each of its fixes makes it silent, and touches no other byte',
    (_, { code, bad, at }) => {
      const before = makeDocuments(bad)
      const place = (finding: { file: string; line: number | null }) => `${finding.file}:${finding.line}`
      const mistake = findingsOf(before, bad.env).find((each) => each.code === code && place(each) === at)
      for (const fix of mistake?.fixes ?? []) {
        if (fix.edits.length === 0) continue
        const after = findingsOf(afterEdits(before, fix.edits), bad.env)
        expect(
          after.filter((each) => each.code === code && each.profile === mistake?.profile),
          fix.what,
        ).toEqual([])
      }
    },
  )

  test.each(named)('%s: fixes one after the other come to an end', (_, { bad }) => {
    fixAll(makeDocuments(bad), bad.env)
  })
})

describe('what the AWS CLI takes, as it was recorded of it, is what the doctor takes it to take', () => {
  const compared = cases.filter(({ awsCli }) => awsCli)
  test.each(compared.map((each, index) => [`${each.code} (${index + 1})`, each] as const))(
    '%s',
    (_, { bad, awsCli }) => {
      const { config, credentials } = makeDocuments(bad)
      const checkup = checkUp(config, credentials, {})
      const failures = [...checkup.config.python.failures, ...checkup.credentials.python.failures]
      expect(failures.length > 0).toBe(awsCli === 'refuses')
      if (!awsCli || awsCli === 'refuses') return
      const [profile, key, value] = awsCli
      expect(checkup.awsCli.profiles.get(profile)?.values.get(key)?.value).toBe(value)
    },
  )
})

describe('what the doctor says of the SDK is what the SDK does', () => {
  const compared = cases.filter(({ sdk }) => sdk)
  test.each(compared.map((each, index) => [`${each.code} (${index + 1})`, each] as const))(
    '%s',
    async (_, { bad, sdk }) => {
      expect(findValue((await askSdk([files(bad)]))[0] ?? null, sdk)).toBe(sdk?.[2])
    },
  )

  const credentialCases = cases.filter((each) => each.credentials)
  test.each(credentialCases.map((each) => [each.code, each] as const))(
    '%s: asked for credentials',
    async (_, each) => {
      const { profile = '', sdk = /^$/ } = each.credentials ?? {}
      expect(await askSdkCredentials(files(each.bad), profile)).toMatch(sdk)
    },
  )
})

describe.skipIf(!awsCli1)('what the doctor says of the AWS CLI is what the AWS CLI does', () => {
  const compared = cases.filter(({ awsCli }) => awsCli)
  const credentialCases = cases.filter((each) => each.credentials)
  let read: readonly (Read | null)[]
  let answers: readonly string[]
  beforeAll(() => {
    if (!awsCli1) return
    read = askAwsCli(
      awsCli1,
      compared.map(({ bad }) => files(bad)),
    )
    const questions = credentialCases.map((each) => ({
      files: files(each.bad),
      profile: each.credentials?.profile ?? '',
    }))
    answers = askCredentials(awsCli1, questions)
  })

  test.each(compared.map((each, index) => [`${each.code} (${index + 1})`, index] as const))(
    '%s',
    (_, index) => {
      const { awsCli } = compared[index] as Case
      if (awsCli === 'refuses') expect(read[index]).toBeNull()
      else expect(findValue(read[index] ?? null, awsCli)).toBe(awsCli?.[2])
    },
  )

  test.each(credentialCases.map((each, index) => [each.code, index] as const))(
    '%s: asked for credentials',
    (_, index) => {
      expect(answers[index]).toMatch(credentialCases[index]?.credentials?.awsCli ?? /^$/)
    },
  )
})

if (!awsCli1) process.stderr.write('SKIPPED: what the AWS CLI does with the doctor’s cases.\n')

function files({ config = '', credentials = '' }: Given) {
  return filesOf(config, credentials)
}

function makeDocuments(each: Given) {
  return documents(files(each), each.mode ?? null)
}

function findValue(read: Read | null, question: Taken | undefined): string | undefined {
  return read?.profiles[question?.[0] ?? '']?.[question?.[1] ?? '']
}
