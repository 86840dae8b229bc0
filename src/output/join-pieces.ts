import type { Piece } from '../model.ts'

/** Joins chunks of text into larger pieces. What comes as bytes is long enough. */
export function* joinPieces(chunks: Iterable<Piece>): Generator<Piece> {
  let text = ''
  for (const chunk of chunks) {
    if (typeof chunk === 'string') text += chunk
    if (text.length >= longEnough || (text !== '' && typeof chunk !== 'string')) {
      yield text
      text = ''
    }
    if (typeof chunk !== 'string') yield chunk
  }
  if (text !== '') yield text
}

const longEnough = 65_536
