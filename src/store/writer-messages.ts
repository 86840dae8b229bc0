import type { ErrorText } from './error-text.ts'
import type { GoneLimits } from './gone.ts'
import type { BegunSync, Writer } from './writer.ts'

/** What the thread that writes is given. */
export interface WriterTask {
  readonly file: string
  readonly limits: GoneLimits
  readonly selection: string
}

/** The writer's functions that the thread calls: each is stored as a whole or not at all, and several may share a transaction. */
export type WriterCall = Exclude<
  keyof Writer,
  'begunSync' | 'goOn' | 'readKnown' | 'readKnownPages' | 'readPass' | 'saveFirstRows' | 'endSync'
>

/** One of them, and the number that its end comes back with. */
export interface NumberedCall {
  readonly id: number
  readonly name: WriterCall
  readonly args: readonly unknown[]
}

/** How a call went. `stopped`: it waited for another process's lock, and was to stop. */
export type CallEnd =
  | { readonly type: 'done'; readonly id: number; readonly value: unknown }
  | { readonly type: 'stopped'; readonly id: number }
  | { readonly type: 'failed'; readonly id: number; readonly error: ErrorText }

/** To the thread. `begun`: the sync that the calls belong to. `stop`: what waits for another process's lock waits no longer. */
export type ToWriter =
  | { readonly type: 'calls'; readonly begun: BegunSync | null; readonly calls: readonly NumberedCall[] }
  | { readonly type: 'stop' }
  | { readonly type: 'close' }

/** From the thread: that it is ready, and how calls went. */
export type FromWriter =
  | { readonly type: 'ready' }
  | { readonly type: 'ends'; readonly ends: readonly CallEnd[] }
