import type { SyncEvent } from '../model.ts'
import { sanitise } from '../output/sanitise.ts'
import { noProgress, type Progress, progressed } from '../sync/progress.ts'
import type { Context } from './context.ts'

/** One line on a terminal's standard error, drawn at most ten times a second, and what is said above it. */
export function progressOnTerminal({ io, mfa }: Context, lineOf: (progress: Progress) => string) {
  let progress = noProgress
  let drawn = 0
  const clear = () => {
    if (io.errIsTerminal && drawn > 0) io.err('\r\u001b[K')
  }
  return {
    clear,
    emit(event: SyncEvent) {
      progress = progressed(progress, event)
      if (event.type === 'profile-collapsed' && event.into !== event.profile) {
        clear()
        const { profile, account, into } = event
        io.err(`${sanitise(`profile ${profile} leads to account ${account}, already read as ${into}`)}\n`)
      }
      if (!io.errIsTerminal || mfa.isAsking() || io.now() - drawn < 100) return
      drawn = io.now()
      io.err(`\r\u001b[K${sanitise(lineOf(progress))}`)
    },
  }
}
