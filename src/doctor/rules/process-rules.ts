import type { Checkup } from '../checkup.ts'
import { concealValue } from '../conceal.ts'
import { makeFix, type Rule } from '../finding.ts'
import { replaceValue } from '../lines.ts'
import { reportAtKey } from './role-rules.ts'

/** Commands that give credentials. */
export const processRules: readonly Rule[] = [
  {
    code: 'shell-in-process',
    severity: 'error',
    about: 'a credential_process that relies on a shell, which the AWS CLI and muster do not start',
    *check(checkup: Checkup) {
      for (const profile of checkup.aws.profiles) {
        const command = profile.values.credential_process
        const sign = command === undefined ? null : findShellSign(command)
        if (command === undefined || sign === null) continue
        yield* reportAtKey(checkup, profile, 'credential_process', {
          wrong: `Its credential_process relies on a shell (${sign}): ${concealValue('credential_process', command)}.`,
          awsCli: `gives ${sign} to the program as it is written; so does muster`,
          sdk: 'runs it in a shell',
          fixes: (spot) => [
            makeFix(
              'name the shell',
              replaceValue(checkup, spot, `sh -c '${command.replaceAll("'", "'\\''")}'`),
            ),
          ],
        })
      }
    },
  },
]

/** The first thing in a command that only a shell would do: a pipe, a variable, a home folder; null for none. */
function findShellSign(command: string): string | null {
  let quote = ''
  for (let at = 0; at < command.length; at++) {
    const character = command[at] ?? ''
    if (character === '\\' && quote !== "'") at++
    else if (quote === '' && (character === '"' || character === "'")) quote = character
    else if (character === quote) quote = ''
    else if (quote !== "'") {
      const rest = command.slice(at)
      const variable = /^(?:\$(?:\w+|\{[^}]*\}|\()|`)/.exec(rest)?.[0]
      if (variable) return variable
      if (quote !== '') continue
      const isWord = at === 0 || /\s/.test(command[at - 1] ?? '')
      const operator = /^(?:\|\||\||&&|;(?=\s|$)|&(?=\s|$)|\d?>>?|<)/.exec(rest)?.[0]
      if (operator && (isWord || !/^\d/.test(operator))) return operator
      const atStart = isWord ? /^(?:~(?=[/\s]|$)|[A-Za-z_]\w*=(?=\S*\s))/.exec(rest)?.[0] : undefined
      if (atStart && (atStart === '~' || command.slice(0, at).trim() === '')) return atStart
    }
  }
  return null
}
