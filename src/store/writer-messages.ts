import type { ErrorText } from './error-text.ts'
import type { GoneLimits } from './gone.ts'
import type { BegunSync, Writer } from './writer.ts'

/** What the thread that writes is given. */
export interface WriterTask {
  readonly file: string
  readonly limits: GoneLimits
  readonly selection: string
  readonly begun: BegunSync
}

/** The writer's functions that the thread calls: each is one transaction. */
export type WriterCall = Exclude<
  keyof Writer,
  'begunSync' | 'readKnown' | 'readKnownPages' | 'readPass' | 'saveFirstRows' | 'endSync'
>

/** To the thread. `stop`: what waits for another process's lock waits no longer. */
export type ToWriter =
  | {
      readonly type: 'call'
      readonly id: number
      readonly name: WriterCall
      readonly args: readonly unknown[]
    }
  | { readonly type: 'stop' }
  | { readonly type: 'close' }

/** From the thread: that it is ready, and how each call went. `stopped`: it waited for a lock, and was to stop. */
export type FromWriter =
  | { readonly type: 'ready' }
  | { readonly type: 'done'; readonly id: number; readonly value: unknown }
  | { readonly type: 'stopped'; readonly id: number }
  | { readonly type: 'failed'; readonly id: number; readonly error: ErrorText }
