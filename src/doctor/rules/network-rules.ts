import type { Rule } from '../finding.ts'
import { reportAtKey } from './role-rules.ts'

/** How AWS is called. */
export const networkRules: readonly Rule[] = [
  {
    code: 'network-setting',
    severity: 'error',
    about: 'an address without http://, a port that does not exist, a number of attempts that is not one',
    *check(checkup) {
      for (const profile of checkup.aws.profiles) {
        const { problem } = profile.network
        const key = /^(\w+) \(/.exec(problem ?? '')?.[1]
        // A services section that is missing has a rule of its own; a variable is not a line of these files.
        if (problem === null || key === undefined || key === 'services') continue
        yield* reportAtKey(checkup, profile, key, {
          wrong: problem.replace(/ \([^()]*:\d+\)/g, ''),
          awsCli: 'stops',
          sdk: 'ignores it, or fails when it calls',
          fixes: () => [],
        })
      }
    },
  },
]
