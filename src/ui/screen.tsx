import { render } from 'ink'
import { colourful } from '../app/print.ts'
import type { Io, Terminal } from '../io.ts'
import { App, type InkApp } from './app.tsx'
import { painter } from './draw/style.ts'
import type { ScreenStore } from './screen-store.ts'

/** DEC private mode 7: a line that is wider than the terminal believes is cut at its edge, never wrapped. */
const wrapOff = '\u001b[?7l'
const wrapOn = '\u001b[?7h'

/**
 * Draws the screen until it is ended: on the alternate screen, which gives the terminal back as it was, whether
 * muster ends well or not. Rejects with what React or Ink could not survive.
 */
export async function showScreen(
  store: ScreenStore,
  io: Io,
  terminal: Terminal,
  mounted: (app: InkApp) => void,
): Promise<void> {
  const { stdin, stdout } = terminal
  const resized = () => store.dispatch({ type: 'resized', columns: stdout.columns, rows: stdout.rows })
  const tick = setInterval(() => store.dispatch({ type: 'ticked', now: io.now() }), 1000)
  const paint = painter(colourful(io))
  stdout.on('resize', resized)
  stdout.write(wrapOff)
  const restore = () => void stdout.write(wrapOn)
  const ended = terminal.atExit(restore)
  const restored = (app: InkApp): InkApp => ({
    exit: app.exit,
    suspended: (work) =>
      app.suspended(async () => {
        stdout.write(wrapOn)
        await work()
        stdout.write(wrapOff)
      }),
  })
  const { waitUntilExit } = render(
    <App store={store} paint={paint} mounted={(app) => mounted(restored(app))} />,
    {
      stdin,
      stdout,
      alternateScreen: true,
      incrementalRendering: true,
      maxFps: 60,
      exitOnCtrlC: false,
      interactive: true,
    },
  )
  try {
    await waitUntilExit()
  } finally {
    clearInterval(tick)
    stdout.off('resize', resized)
    ended()
    restore()
  }
}
