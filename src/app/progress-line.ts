import type { SyncEvent } from '../model.ts'
import { sanitise } from '../output/sanitise.ts'
import { advanceProgress, noProgress, type Progress } from '../sync/progress.ts'
import type { Context } from './context.ts'

/** One line on a terminal's standard error, drawn at most ten times a second, and the notes printed above it. */
export function makeProgressLine({ io, mfa }: Context, lineOf: (progress: Progress) => string) {
  let progress = noProgress
  let drawnAt = 0
  const clear = () => {
    if (io.errIsTerminal && drawnAt > 0) io.err('\r\u001b[K')
  }
  return {
    clear,
    emit(event: SyncEvent) {
      progress = advanceProgress(progress, event)
      if (event.type === 'profile-collapsed' && event.into !== event.profile) {
        clear()
        const { profile, account, into } = event
        io.err(`${sanitise(`profile ${profile} leads to account ${account}, already read as ${into}`)}\n`)
      }
      if (event.type === 'sync-resumed' && event.left > 0) {
        clear()
        const scopes = event.left === 1 ? '1 scope' : `${event.left} scopes`
        io.err(
          `The same sync was cut off: what it has read to its end is left out (${scopes}). The next one reads all.\n`,
        )
      }
      if (!io.errIsTerminal || mfa.isAsking() || io.now() - drawnAt < 100) return
      drawnAt = io.now()
      io.err(`\r\u001b[K${sanitise(lineOf(progress))}`)
    },
  }
}
