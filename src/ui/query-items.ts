import { type Context, findQueryFolders } from '../app/context.ts'
import { formatCell } from '../output/cell.ts'
import { describeSaved } from '../query/describe-saved.ts'
import { findParameterMeanings, type ParameterMeaning } from '../query/parameter-meaning.ts'
import { formatParameters } from '../query/parameters.ts'
import { readSavedFiles } from '../query/saved.ts'
import type { SavedQuery } from '../query/saved-text.ts'
import type { PickerItem } from './state/state.ts'

/** The saved queries to choose from; a malformed one shows what is wrong. */
export function makeQueryItems(context: Context): readonly PickerItem[] {
  return readSavedFiles(findQueryFolders(context.io)).map(({ name, query, problems: [problem] }) => {
    if (problem) return { value: name, note: formatCell(`malformed  line ${problem.line}: ${problem.what}`) }
    if (!query) return { value: name, note: 'malformed' }
    const { kind, otherKinds, parameters } = query
    const title = formatCell(describeSaved(query))
    const takes = formatParameters(parameters)
    const meanings = findMeanings(query)
    return {
      value: name,
      note: formatCell(`${takes === '' ? '' : `${takes}: `}${title} · ${[kind, ...otherKinds].join(', ')}`),
      saved: { kind, title },
      parameters: parameters.map((each) => ({
        name: each.name,
        required: each.default === null,
        default: each.default,
        meaning: meanings.get(each.name) ?? null,
      })),
    }
  })
}

/** An expression that cannot be read says so when it is run. */
function findMeanings(query: SavedQuery): ReadonlyMap<string, ParameterMeaning> {
  try {
    return findParameterMeanings(query)
  } catch {
    return new Map()
  }
}
