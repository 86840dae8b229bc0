import type { ConfigReading, ReadSection } from '../../config/aws-cli-reading.ts'
import type { PlacedValue, PythonFailure } from '../../config/python-ini.ts'
import type { Checkup } from '../checkup.ts'
import { concealValue } from '../conceal.ts'
import { type Finding, type RuleFinding, refusesFile } from '../finding.ts'
import { filesOf } from '../lines.ts'

/** A key that the two readers take differently. */
export interface Disagreement {
  readonly type: 'profile' | 'sso-session' | 'services'
  readonly name: string
  readonly key: string
  readonly sdk: PlacedValue | null
  readonly awsCli: PlacedValue | null
  /** The heads of the sections that either takes for this one. */
  readonly headers: readonly { readonly file: string; readonly line: number }[]
}

/** Everything that the SDK and the AWS CLI take differently, as if the AWS CLI did not refuse the file. */
function findDisagreements({ sdk, awsCli }: Pick<Checkup, 'sdk' | 'awsCli'>): readonly Disagreement[] {
  return [
    ...compareSections('profile', sdk.profiles, awsCli.profiles),
    ...compareSections('sso-session', sdk.ssoSessions, awsCli.ssoSessions),
    ...compareSections('services', sdk.services, awsCli.services),
  ]
}

export const unlikeReadings = 'read-differently'

/** What the AWS CLI finds wrong in a line for which it refuses the file. */
const reasons: Readonly<Record<PythonFailure, string>> = {
  'byte-order-mark': 'the file begins with a byte order mark',
  'not-utf8': 'it holds bytes that are not UTF-8',
  'no-section': 'it stands before the first section',
  'duplicate-section': 'the section stands twice',
  'duplicate-key': 'the key stands twice in what it takes for one section',
  'no-key-and-value': 'it is not "key = value"',
  'nested-without-value': 'a line nested in a key is not "key = value"',
}

/** What is read differently, and no finding at the same line or the head of its section has reported yet. */
export function* findUnexplained(checkup: Checkup, explained: readonly Finding[]): Generator<RuleFinding> {
  const errors = explained.filter(({ severity }) => severity === 'error')
  const refused = new Set(errors.map(positionKeyOf))
  for (const { name, python } of filesOf(checkup)) {
    for (const { line, why } of python.failures) {
      if (refused.has(`${name}:${line}`)) continue
      yield {
        file: name,
        line,
        profile: null,
        wrong: `The AWS CLI does not read the line as the SDK does: ${reasons[why]}.`,
        awsCli: refusesFile,
        sdk: 'reads on',
        fixes: [],
      }
    }
  }
  const lines = new Set(explained.map(positionKeyOf))
  const below = findContinuations(checkup)
  for (const { type, name, key, sdk, awsCli, headers } of findDisagreements(checkup)) {
    const placed = [sdk, awsCli].filter((each) => each !== null).map(positionKeyOf)
    const places = [
      ...headers.map(positionKeyOf),
      ...placed,
      ...placed.flatMap((place) => below.get(place) ?? []),
    ]
    if (places.some((place) => lines.has(place))) continue
    const { file, line } = awsCli ?? sdk ?? { file: 'config', line: 1 }
    yield {
      file,
      line,
      profile: type === 'profile' ? name : null,
      wrong: `The AWS CLI and the SDK do not read the same for ${key} of ${type} ${name}.`,
      awsCli: describeReading(key, awsCli),
      sdk: describeReading(key, sdk),
      fixes: [],
    }
  }
}

/** The lines below a value that the AWS CLI takes as more of it, by the value's place. */
function findContinuations(checkup: Checkup): ReadonlyMap<string, readonly string[]> {
  const below = new Map<string, string[]>()
  for (const { name, python } of filesOf(checkup)) {
    for (const [line, above] of python.continued) {
      const lines = below.get(`${name}:${above}`) ?? []
      lines.push(`${name}:${line}`)
      below.set(`${name}:${above}`, lines)
    }
  }
  return below
}

function positionKeyOf({ file, line }: { readonly file: string; readonly line: number | null }): string {
  return `${file}:${line}`
}

function describeReading(key: string, placed: PlacedValue | null): string {
  if (placed === null) return 'reads nothing'
  return `reads '${concealValue(key, placed.value)}' (line ${placed.line})`
}

function* compareSections(
  type: Disagreement['type'],
  sdk: ConfigReading['profiles'],
  awsCli: ConfigReading['profiles'],
): Generator<Disagreement> {
  for (const name of new Set([...sdk.keys(), ...awsCli.keys()])) {
    const ours: ReadSection | undefined = sdk.get(name)
    const theirs = awsCli.get(name)
    const headers = [ours, theirs].filter((each) => each !== undefined)
    for (const key of new Set([...(ours?.values.keys() ?? []), ...(theirs?.values.keys() ?? [])])) {
      const one = ours?.values.get(key) ?? null
      const other = theirs?.values.get(key) ?? null
      if (one?.value !== other?.value) yield { type, name, key, sdk: one, awsCli: other, headers }
    }
  }
}
