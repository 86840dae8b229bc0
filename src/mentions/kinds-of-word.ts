import { kindOfId } from '../kinds/id-prefixes.ts'
import { isAddressWord, wordOf } from '../kinds/word-forms.ts'
import { kinds } from '../kinds.ts'

/**
 * The names of the kinds whose resource a word may be by its form: an id has its prefix, and an address may be that of
 * all kinds that have addresses. Whether a word is nowhere is only known if these were read.
 */
export function kindsOfWord(word: string): readonly string[] {
  const form = wordOf(word.toLowerCase())
  if (form === null || !isAddressWord(form)) {
    const kind = kindOfId(form ?? word)
    return kind === null ? [] : [kind]
  }
  return kinds
    .filter(({ ranges, columns }) => ranges || columns.some(({ type }) => type === 'address'))
    .map(({ name }) => name)
}
