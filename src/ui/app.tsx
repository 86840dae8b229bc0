import { Box, Text, Transform, useApp, useInput, usePaste, useStdout } from 'ink'
import { createElement, memo, useEffect, useMemo, useSyncExternalStore } from 'react'
import { drawFrame } from './draw/frame.ts'
import { paintOf } from './draw/themes.ts'
import { readKeyNames } from './keys/key-names.ts'
import type { ScreenStore } from './screen-store.ts'

/** What effects need from Ink. */
export interface InkApp {
  exit(): void
  suspendTerminal(work: () => Promise<void>): Promise<void>
  /** Writes something, and the whole screen after it. */
  write(data: string): void
}

export interface AppProps {
  readonly store: ScreenStore
  readonly onMount: (app: InkApp) => void
}

/** The screen: one memoised Text a line, so that a key press redraws the lines that changed. */
export function App({ store, onMount }: AppProps) {
  const state = useSyncExternalStore(store.subscribe, store.getState)
  const { exit, suspendTerminal } = useApp()
  const { write } = useStdout()
  useEffect(() => onMount({ exit, suspendTerminal, write }), [onMount, exit, suspendTerminal, write])
  useInput((input, key) => {
    for (const name of readKeyNames(input, key)) store.dispatch({ type: 'key', key: name })
  })
  usePaste((text) => store.dispatch({ type: 'pasted', text }))
  const { theme } = state.look
  const paint = useMemo(() => paintOf(theme), [theme])
  const lines = useMemo(() => drawFrame(state, paint), [state, paint])
  const size = { width: state.columns, height: state.rows }
  // As single children, not as a list: a line of the screen is known by its place alone.
  return createElement(
    Box,
    { ...size, flexDirection: 'column' },
    ...lines.map((line) => createElement(Row, { line })),
  )
}

/** A blank keeps an empty line's height. */
const Row = memo(function Row({ line }: { readonly line: string }) {
  const text = <Text wrap="truncate-end">{line === '' ? ' ' : line}</Text>
  return hasDisputedWidth.test(line) ? <Transform transform={drawWhole}>{text}</Transform> : text
})

/** All but printable ASCII, its styles, and the signs of muster's own: terminals take other cells for some of it. */
const hasDisputedWidth = /[^\u001b\u0020-\u007e·…─-◿✓✕]/

/**
 * Of a changed line Ink writes the changed end, at the column where it believes it to be: where the terminal sees other
 * widths, a part of the old line stays. A line with a control character it writes whole, and terminals ignore NUL
 * (ECMA-48, 8.3.88).
 */
function drawWhole(line: string): string {
  return `${line}\0`
}
