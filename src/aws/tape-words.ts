import { addWords, addWordsOfText, type FoundWords } from '../kinds/json-words.ts'
import { decodeEntities } from './answer-values.ts'
import { firstTrait, isOdd, type Tape } from './tape.ts'

/**
 * Adds the words of the texts that were read since `wordy.count` was set to 0: those of the document that is made of them.
 * Neither times nor numbers hold any.
 */
export function findWords({ bytes, cells, wordy: { values, count } }: Tape, found: FoundWords): void {
  for (let each = 0; each < count; each += 1) {
    const value = values[each] as number
    const begin = cells[value] as number
    const end = cells[value + 1] as number
    const holds = cells[value + 2] as number
    if ((holds & isOdd) !== 0) addWordsOfText(decodeEntities(bytes.toString('utf8', begin, end)) ?? '', found)
    else if (end - begin !== timeLength || bytes[begin + 10] !== letterT || bytes[end - 1] !== letterZ)
      addWords(bytes, begin, end, holds >> firstTrait, found)
  }
}

/** Of a time as EC2 writes it: 2026-01-31T12:00:00.000Z. No word has a capital at such a place, and none at its end. */
const timeLength = 24
const letterT = 0x54
const letterZ = 0x5a
