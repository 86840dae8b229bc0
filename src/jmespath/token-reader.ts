import { type Ast, childrenOf } from './ast.ts'
import { describeMissingToken } from './hints.ts'
import { syntaxError } from './jmespath-errors.ts'
import type { Token, TokenType } from './token.ts'

/** Where the parser is in the tokens. */
export interface TokenReader {
  readonly expression: string
  readonly tokens: readonly Token[]
  at: number
  depth: number
  /** How high each tree is, so that nobody who walks one can overflow the stack. */
  readonly heights: Map<Ast, number>
}

const highest = 400
/** One level down; the parser comes up by itself. */
export function goDeeper(reader: TokenReader): void {
  reader.depth += 1
  if (reader.depth > highest) refuseDepth(reader)
}

/** Notes a new tree's height, and refuses what would overflow the stack of whoever walks it. */
export function noteHeight(reader: TokenReader, ast: Ast): Ast {
  let height = 0
  const adds = 'steps' in ast
  for (const child of childrenOf(ast)) {
    const below = reader.heights.get(child) ?? 1
    height = adds ? height + below : Math.max(height, below)
  }
  if (height >= highest) refuseDepth(reader)
  reader.heights.set(ast, height + 1)
  return ast
}

function refuseDepth(reader: TokenReader): never {
  fail(reader, `The expression nests more than ${highest} levels deep; shorten it.`, peek(reader))
}

export function take(reader: TokenReader): Token {
  const token = peek(reader)
  if (reader.at < reader.tokens.length) reader.at += 1
  return token
}

export function peek(reader: TokenReader, ahead = 0): Token {
  const token = reader.tokens[reader.at + ahead] ?? reader.tokens.at(-1)
  if (token === undefined) throw new Error('the lexer gave no end token')
  return token
}

export function expect(reader: TokenReader, type: TokenType): void {
  const token = take(reader)
  if (token.type !== type) fail(reader, describeMissingToken(type, token), token)
}

export function fail(reader: TokenReader, sentence: string, token: Token): never {
  throw syntaxError(sentence, reader.expression, token.position)
}
