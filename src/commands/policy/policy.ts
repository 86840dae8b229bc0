import type { Command } from '../../app/command.ts'
import { inContext } from '../../app/open-context.ts'
import { selectKinds } from '../../config/kind-words.ts'
import { exitCodes, usageError } from '../../errors.ts'
import { defaultKind } from '../../kinds.ts'
import type { Kind } from '../../model.ts'
import { describeTooLong, formatPolicy, makePolicy } from './least-policy.ts'

export const policy: Command = {
  summary: 'the least IAM policy for the selected kinds',
  usage: 'policy [OPTIONS]',
  about:
    'Prints the least IAM policy that reads the selected kinds: one statement for each reason, no wildcard in an\naction. sts:GetCallerIdentity, which is also called, needs no permission; a profile with role_arn needs\nsts:AssumeRole on that role besides. IAM takes 6,144 characters in a managed policy, white space aside; if the\npolicy is longer, standard error says so: ec2:Describe* is the short form. Calls nothing.',
  options: [
    { name: 'kind', help: 'kinds: names, comma lists, globs, groups; default: those that muster sync reads' },
  ],
  examples: [
    'muster policy',
    `muster policy --kind ${defaultKind.name},storage`,
    'muster policy --kind all > policy.json',
  ],
  async run(args, io) {
    const [word] = args.words
    if (word !== undefined)
      throw usageError(`muster policy takes kinds by their option: muster policy --kind ${word}.`)
    return inContext(args, io, async ({ settings }) => {
      const kinds = selectKinds(args.kind.length > 0 ? args.kind : settings.kinds)
      const least = makePolicy(kinds)
      await io.out(`${formatPolicy(least)}\n`)
      io.err(
        `For ${formatKinds(kinds)}; --kind chooses others. sts:GetCallerIdentity, which is also called, needs no permission.\n`,
      )
      const tooLong = describeTooLong(least)
      if (tooLong !== null) io.err(`${tooLong}\n`)
      return exitCodes.done
    })
  },
}

function formatKinds(kinds: readonly Kind[]): string {
  const most = 4
  return kinds.length > most ? `${kinds.length} kinds` : kinds.map(({ name }) => name).join(', ')
}
