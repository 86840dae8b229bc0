import { spawn } from 'node:child_process'
import type { Io, Terminal } from '../io.ts'

/** Bytes that terminals take in one OSC 52 (xterm's limit; tmux and kitty take more). */
const most = 74_994

/** Where a text went: into tmux, into the terminal's sequence for it, or nowhere. */
export type CopyOutcome = 'tmux' | 'terminal' | 'too-long' | 'no-clipboard'

/**
 * Puts text into the clipboard of the terminal's own machine, over ssh too: by OSC 52 (xterm control sequences), which no
 * terminal answers. tmux passes it on for itself alone (`set-clipboard external`), so it gets the text by its own command.
 */
export async function copyText(
  text: string,
  env: Io['env'],
  stdout: Pick<Terminal['stdout'], 'write'>,
): Promise<CopyOutcome> {
  if (env.TMUX && (await loadIntoTmux(text, env))) return 'tmux'
  if (env.TERM === 'linux' || env.TERM_PROGRAM === 'Apple_Terminal') return 'no-clipboard'
  const sequence = makeCopySequence(text)
  if (sequence === null) return 'too-long'
  // GNU screen passes on what stands in a DCS.
  stdout.write(env.STY ? `\u001bP${sequence}\u001b\\` : sequence)
  return 'terminal'
}

/** The sequence that puts text into the clipboard. Null if the text is too long for terminals. */
function makeCopySequence(text: string): string | null {
  const encoded = Buffer.from(text).toString('base64')
  return encoded.length > most ? null : `\u001b]52;c;${encoded}\u0007`
}

/** `-w` (tmux 3.2) gives the text to the terminal as well. */
function loadIntoTmux(text: string, env: Io['env']): Promise<boolean> {
  return new Promise((resolve) => {
    const child = spawn('tmux', ['load-buffer', '-w', '-'], {
      stdio: ['pipe', 'ignore', 'ignore'],
      env: { ...env },
    })
    child.once('error', () => resolve(false))
    child.once('close', (code) => resolve(code === 0))
    child.stdin.once('error', () => {})
    child.stdin.end(text)
  })
}
