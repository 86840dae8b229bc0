import type { Context } from '../../app/context.ts'
import type { Profile } from '../../config/profile.ts'
import type { Checkup } from '../../doctor/checkup.ts'
import type { Finding } from '../../doctor/finding.ts'
import { openSessions } from '../../identity/session.ts'
import { makePool } from '../../sync/limits.ts'

/** Asks AWS who each profile is (GetCallerIdentity), and reports the answer at the profile's line. */
export async function tryEach(
  context: Context,
  checkup: Checkup,
  profiles: readonly Profile[],
): Promise<readonly Finding[]> {
  const { io } = context
  const sessions = openSessions({ io, config: checkup.aws })
  const limit = makePool(context.settings.concurrency)
  const tryOne = async (profile: Profile): Promise<Finding> => {
    const session = sessions.open({
      name: profile.name,
      source: 'profile',
      account: profile.account,
      regions: { type: 'none' },
      profile,
      network: profile.network,
      collapsed: [],
    })
    try {
      const { account, arn } = await session.identify(io.signal)
      return makeFinding(
        checkup,
        profile,
        'gets-in',
        'remark',
        `It signs in to account ${account} as ${arn}.`,
      )
    } catch (error) {
      io.signal.throwIfAborted()
      const fault = session.toFault(error, null)
      const found = makeFinding(
        checkup,
        profile,
        'does-not-get-in',
        'error',
        `${fault.code}: ${fault.message}`,
      )
      return { ...found, fixes: [{ what: fault.next, edits: [] }] }
    }
  }
  try {
    return await Promise.all(profiles.map((each) => limit(() => tryOne(each))))
  } finally {
    sessions.close()
  }
}

function makeFinding(
  { sdk }: Checkup,
  { name }: Profile,
  code: string,
  severity: Finding['severity'],
  wrong: string,
): Finding {
  const place = sdk.profiles.get(name)
  return {
    code,
    severity,
    file: place?.file ?? 'config',
    line: place?.line ?? null,
    profile: name,
    wrong,
    awsCli: '',
    sdk: '',
    fixes: [],
  }
}
