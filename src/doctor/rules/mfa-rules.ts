import type { Profile } from '../../config/profile.ts'
import { sessionLengthOf } from '../../config/session-length.ts'
import { makeFix, type Rule } from '../finding.ts'
import { removeLine, replaceValue } from '../lines.ts'
import { reportAtKey } from './role-rules.ts'

const device = /^arn:aws[a-z-]*:iam::(\d{12}):mfa\/.+$/

/** MFA devices, which belong to the user whose keys assume the role. */
export const mfaRules: readonly Rule[] = [
  {
    code: 'malformed-mfa',
    severity: 'error',
    about: 'an mfa_serial that is neither an ARN of a device nor a serial number',
    *check(checkup) {
      for (const profile of checkup.aws.profiles) {
        const serial = profile.values.mfa_serial
        // A hardware device has a serial number of letters and digits (IAM, EnableMFADevice).
        if (serial === undefined || device.test(serial) || /^[\w+=,.@-]{9,}$/.test(serial)) continue
        yield* reportAtKey(checkup, profile, 'mfa_serial', {
          wrong: `Its mfa_serial is not a device: an ARN such as arn:aws:iam::111122223333:mfa/NAME, or a serial number.`,
          awsCli: 'asks for a code and sends it; STS refuses it',
          sdk: 'asks for a code and sends it; STS refuses it',
          fixes: () => [],
        })
      }
    },
  },
  {
    code: 'mfa-of-a-role',
    severity: 'error',
    about: 'an mfa_serial where the source is itself a role, which has no device',
    *check(checkup) {
      for (const profile of checkup.aws.profiles) {
        if (!profile.values.mfa_serial || !sessionLengthOf(profile).chained) continue
        yield* reportAtKey(checkup, profile, 'mfa_serial', {
          wrong: `Its source is a role (${profile.chain.join(' ← ')}), and a role has no MFA device.`,
          awsCli: 'asks for a code and sends it; STS refuses it',
          sdk: 'asks for a code and sends it; STS refuses it',
          fixes: (spot) => [makeFix('remove it', removeLine(spot))],
        })
      }
    },
  },
  {
    code: 'mfa-of-another-account',
    severity: 'error',
    about: 'an mfa_serial of another account than the keys that assume the role',
    *check(checkup) {
      const devices = devicesBySource(checkup.aws.profiles)
      for (const profile of checkup.aws.profiles) {
        const account = device.exec(profile.values.mfa_serial ?? '')?.[1]
        if (account === undefined || profile.kind !== 'role' || sessionLengthOf(profile).chained) continue
        const right = accountOfSource(profile, devices)
        if (right === null || right.account === account) continue
        const serial = profile.values.mfa_serial ?? ''
        yield* reportAtKey(checkup, profile, 'mfa_serial', {
          wrong: `The device is of account ${account}, but ${right.because}: a user's device is in the user's account.`,
          awsCli: 'asks for a code and sends it; STS refuses it',
          sdk: 'asks for a code and sends it; STS refuses it',
          fixes: (spot) => [
            {
              ...makeFix(
                `name account ${right.account}`,
                replaceValue(checkup, spot, serial.replace(account, right.account)),
              ),
              condition: 'the device has this name there',
            },
          ],
        })
      }
    },
  },
]

/** The profiles that name a device of an account, by their source and that account. */
type Devices = ReadonlyMap<string | null, ReadonlyMap<string, readonly string[]>>

function devicesBySource(profiles: readonly Profile[]): Devices {
  const sources = new Map<string | null, Map<string, string[]>>()
  for (const { name, source, values } of profiles) {
    const account = device.exec(values.mfa_serial ?? '')?.[1]
    if (account === undefined) continue
    const accounts = sources.get(source) ?? new Map<string, string[]>()
    sources.set(source, accounts)
    const names = accounts.get(account)
    if (names) names.push(name)
    else accounts.set(account, [name])
  }
  return sources
}

/** Whose account the source's keys are of: as the key id says, or as other profiles of this source say. */
function accountOfSource(profile: Profile, devices: Devices): { account: string; because: string } | null {
  const fromKey = accountOfKey(profile.sources[0]?.keys?.accessKeyId ?? '')
  if (fromKey !== null)
    return { account: fromKey, because: `the keys of ${profile.source} are of ${fromKey}` }
  const counts = devices.get(profile.source) ?? new Map<string, readonly string[]>()
  const most = [...counts].toSorted(([, a], [, b]) => b.length - a.length)
  const [first, second] = most
  if (!first || !second) return null
  // As many here as there: the device that lies in the role's own account is the mistaken one.
  if (first[1].length === second[1].length) {
    const other = most.find(([account]) => account !== profile.account)
    if (!profile.account || !counts.has(profile.account) || !other) return null
    return { account: other[0], because: `${formatNames(other[1])} with the same source names ${other[0]}` }
  }
  return { account: first[0], because: `${formatNames(first[1])} with the same source names ${first[0]}` }
}

/** The first few of many names. */
function formatNames(names: readonly string[]): string {
  return names.length > 4 ? `${names.slice(0, 3).join(', ')} and ${names.length - 3} more` : names.join(', ')
}

/**
 * The account that an access key id was made for, which its first ten letters hold in base 32 (AWS STS API Reference,
 * GetAccessKeyInfo, says the same); null for ids from before 2019, which begin with AKIAI or AKIAJ.
 */
function accountOfKey(id: string): string | null {
  if (!/^A[KS]IA[A-Z2-7]{16}$/.test(id) || /^....[IJ]/.test(id)) return null
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'
  const bits = [...id.slice(4, 14)].reduce((sum, letter) => sum * 32n + BigInt(alphabet.indexOf(letter)), 0n)
  const account = ((bits >> 2n) & 0x7fffffffff80n) >> 7n
  return account < 10n ** 12n ? account.toString().padStart(12, '0') : null
}
