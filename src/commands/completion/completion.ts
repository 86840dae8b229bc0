import type { Command } from '../../app/command.ts'
import { exitCodes, usageError } from '../../errors.ts'
import { shellScripts, shells } from './shell-scripts.ts'

export const completion: Command = {
  summary: 'what your shell completes: bash, zsh or fish',
  usage: 'completion [bash | zsh | fish] [OPTIONS]',
  about:
    'Prints what makes the shell complete commands, options, profiles, regions, accounts, kinds, columns, saved queries and\ntheir parameters, ids and names of resources. They come from ~/.aws, the settings and the cache when you press tab; AWS is\nnever called, and nothing that they hold is run by the shell.',
  options: [],
  examples: [
    'eval "$(muster completion bash)"',
    'eval "$(muster completion zsh)"',
    'muster completion fish | source',
  ],
  async run({ words: [word, ...more] }, io) {
    const shell = shells.find((each) => each === word)
    if (!shell || more.length > 0) throw usageError(`Name one shell: muster completion ${shells.join(', ')}.`)
    await io.out(shellScripts[shell])
    return exitCodes.done
  },
}
