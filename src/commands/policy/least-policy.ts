import { findKind } from '../../kinds.ts'
import type { Kind } from '../../model.ts'

/** An IAM policy document: what one statement allows has one reason, which its Sid names. */
export interface Policy {
  readonly Version: '2012-10-17'
  readonly Statement: readonly {
    readonly Sid: string
    readonly Effect: 'Allow'
    readonly Action: readonly string[]
    readonly Resource: '*'
  }[]
}

/** The least that must be allowed so that these kinds can be read in every region. */
export function makePolicy(kinds: readonly Kind[]): Policy {
  const allowed = new Set<string>()
  const statements = reasons.flatMap(({ sid, listOperations }) => {
    const actions = listOperations(kinds).map((operation) => `ec2:${operation}`)
    // What an earlier statement allows is not said again.
    const added = [...new Set(actions)].filter((action) => !allowed.has(action)).sort()
    for (const action of added) allowed.add(action)
    if (added.length === 0) return []
    // EC2's Describe actions take no resources (Service Authorization Reference).
    return [{ Sid: sid, Effect: 'Allow', Action: added, Resource: '*' } as const]
  })
  return { Version: '2012-10-17', Statement: statements }
}

/** A policy as people read it. */
export function formatPolicy(policy: Policy): string {
  return JSON.stringify(policy, null, 2)
}

/** What to do about a policy that IAM does not take as a managed policy; null if it takes it. */
export function describeTooLong(policy: Policy): string | null {
  // White space aside, as IAM counts.
  const size = JSON.stringify(policy).length
  if (size <= mostCharacters) return null
  const [has, takes] = [size, mostCharacters].map((count) => count.toLocaleString('en-US'))
  return `The policy has ${has} characters without white space, and IAM takes ${takes} in a managed policy.\n  -> Choose fewer kinds, make several policies, or allow ec2:Describe*: the short form, which also allows reads that muster never makes.`
}

/** Of a managed policy (IAM and STS quotas). */
const mostCharacters = 6144

interface Reason {
  /** Letters and digits only, as IAM wants them. */
  readonly sid: string
  readonly listOperations: (kinds: readonly Kind[]) => readonly string[]
}

/** Why something must be allowed, in the order of the statements. */
const reasons: readonly Reason[] = [
  { sid: 'ReadResources', listOperations: (kinds) => kinds.map(({ operation }) => operation) },
  // What some kinds are asked about, one by one.
  { sid: 'FollowParents', listOperations: (kinds) => kinds.flatMap(listParentOperations) },
  // For `--region '*'`, and to know a region that is not enabled from credentials that are refused.
  { sid: 'ListRegions', listOperations: () => ['DescribeRegions'] },
]

function listParentOperations({ parent }: Kind): readonly string[] {
  if (parent === undefined) return []
  const kind = findKind(parent.kind)
  return [kind.operation, ...listParentOperations(kind)]
}
