/** Controls, line and paragraph separators, bidi controls, invisible format characters and lone surrogates. */
export const harmfulToTerminals =
  /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ud800-\udfff\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}]/gu
const plain = /^[\u0020-\u007e]*$/

/** Whether text is printable ASCII: harmless, and as wide as it is long. */
export function isPlainText(text: string): boolean {
  return plain.test(text)
}

/**
 * Makes text from AWS harmless for a terminal: what could move the cursor, break a row, reorder or hide text
 * becomes visible. Control pictures for C0, `\u{9b}` for the others.
 */
export function sanitise(text: string): string {
  return plain.test(text) ? text : text.replace(harmfulToTerminals, makeVisible)
}

/** The same inside JSON text: escapes that give the same string back. */
export function escapeForTerminal(json: string): string {
  if (plain.test(json)) return json
  return json.replace(harmfulToTerminals, (found) => (found === '\n' ? found : escapeUnits(found)))
}

function makeVisible(found: string): string {
  const code = found.codePointAt(0) ?? 0
  if (code < 0x20) return String.fromCodePoint(0x2400 + code)
  if (code === 0x7f) return '\u2421'
  if (code >= 0xd800 && code <= 0xdfff) return '\ufffd'
  return `\\u{${code.toString(16)}}`
}

function escapeUnits(found: string): string {
  return [...Array(found.length).keys()]
    .map((index) => `\\u${found.charCodeAt(index).toString(16).padStart(4, '0')}`)
    .join('')
}
