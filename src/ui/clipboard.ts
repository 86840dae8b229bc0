/** Bytes that terminals take in one OSC 52 (xterm's limit; tmux and kitty take more). */
const most = 74_994

/**
 * The sequence that puts text into the clipboard of the terminal's own machine (xterm control sequences, OSC 52),
 * over ssh too. Null if the text is too long for terminals.
 */
export function makeCopySequence(text: string): string | null {
  const encoded = Buffer.from(text).toString('base64')
  return encoded.length > most ? null : `\u001b]52;c;${encoded}\u0007`
}
