import { Box, Text, useApp, useInput, usePaste } from 'ink'
import { createElement, memo, useEffect, useMemo, useSyncExternalStore } from 'react'
import { makeFrames } from './frames.ts'
import { readKeyNames } from './keys/key-names.ts'
import type { ScreenStore } from './screen-store.ts'

/** What Ink lets us do with it. */
export interface OpenApp {
  exit(): void
  suspendTerminal(work: () => Promise<void>): Promise<void>
}

export interface AppProps {
  readonly store: ScreenStore
  readonly onMount: (app: OpenApp) => void
}

/** The screen: one memoised Text a line, so that a key press redraws the lines that changed. */
export function App({ store, onMount }: AppProps) {
  const getFrame = useMemo(() => makeFrames(store), [store])
  const { columns, rows, lines } = useSyncExternalStore(store.subscribe, getFrame)
  const { exit, suspendTerminal } = useApp()
  useEffect(() => onMount({ exit, suspendTerminal }), [onMount, exit, suspendTerminal])
  useInput((input, key) => {
    for (const name of readKeyNames(input, key)) store.dispatch({ type: 'key', key: name })
  })
  usePaste((text) => store.dispatch({ type: 'pasted', text }))
  // As single children, not as a list: a line of the screen is known by its place alone.
  return createElement(
    Box,
    { width: columns, height: rows, flexDirection: 'column' },
    ...lines.map((line) => createElement(Row, { line })),
  )
}

/** A blank keeps an empty line's height. */
const Row = memo(function Row({ line }: { readonly line: string }) {
  return <Text wrap="truncate-end">{line === '' ? ' ' : line}</Text>
})
