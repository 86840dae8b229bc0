import { PassThrough } from 'node:stream'
import type { Terminal } from '../io.ts'
import type { MouseReport } from './keys/mouse-report.ts'
import { makeInputSplitter } from './keys/split-input.ts'

/** How long a terminal may take between two bytes of one key, in ms. */
const patience = 20

/**
 * The terminal's input for Ink: keys and pastes as the splitter gives them. While raw mode is off, nothing is read:
 * another program may have the terminal.
 */
export function makeInput(
  stdin: Terminal['stdin'],
  onMouse: (report: MouseReport) => void,
): Terminal['stdin'] {
  const splitter = makeInputSplitter(onMouse)
  const stream = new PassThrough()
  let timer: ReturnType<typeof setTimeout> | undefined
  const send = (text: string) => {
    if (text !== '') stream.write(text)
  }
  const read = (text: string) => {
    clearTimeout(timer)
    send(splitter.push(text))
    if (splitter.isWaiting()) timer = setTimeout(() => send(splitter.flush()), patience)
  }
  const input = Object.assign(stream, {
    isTTY: true,
    setRawMode(on: boolean) {
      stdin.setRawMode(on)
      stdin.off('data', read)
      if (on) stdin.setEncoding('utf8').on('data', read).resume()
      else stdin.pause()
      return input
    },
    ref: () => void stdin.ref(),
    unref: () => void stdin.unref(),
  })
  return input as unknown as Terminal['stdin']
}
