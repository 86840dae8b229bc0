/** A word for a shell, in quotes if it needs them: a name of ~/.aws may hold blanks, quotes and umlauts. */
export function quoteShellWord(text: string): string {
  return /^[\w@+.%:/-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`
}
