import { readFileSync } from 'node:fs'
import { nearest } from '../config/nearest.ts'
import { exitCodes, usageError } from '../errors.ts'
import { sanitise } from '../output/sanitise.ts'
import { findQuery, listQueries } from '../query/saved.ts'
import type { Command } from './command.ts'
import { queryFolders } from './context.ts'
import { flags } from './flags.ts'
import { printList } from './print.ts'

export const queries: Command = {
  usage: 'queries [list | show NAME] [OPTIONS]',
  about: 'Lists the saved queries, those that ship and your own (which win by name), or shows one.',
  flags: [flags.output],
  examples: ['muster queries', 'muster queries show running'],
  async run(args, io) {
    const [verb = 'list', name, ...more] = args.words
    const folders = queryFolders(io)
    if (verb === 'list' && name === undefined) {
      const items = listQueries(folders).map((query) => ({
        Name: query.name,
        Title: query.title,
        Kind: query.kind,
        From: query.own ? query.file : 'muster',
      }))
      await printList('Queries', ['Name', 'Title', 'Kind', 'From'], items, args, io)
      return exitCodes.done
    }
    if (verb !== 'show' || name === undefined || more.length > 0) {
      throw usageError('Say `muster queries`, or `muster queries show NAME`.')
    }
    const query = findQuery(name, folders)
    if (!query) {
      const near = nearest(
        name,
        listQueries(folders).map((each) => each.name),
      )
      throw usageError(
        `There is no saved query '${name}'${near ? `; did you mean '${near}'?` : '.'} See muster queries.`,
      )
    }
    const text = readFileSync(query.file, 'utf8')
    await io.out(io.columns === null ? text : text.split('\n').map(sanitise).join('\n'))
    return exitCodes.done
  },
}
