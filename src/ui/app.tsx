import { Box, Text, useApp, useInput, usePaste } from 'ink'
import { createElement, memo, useEffect, useSyncExternalStore } from 'react'
import type { Frame } from './frames.ts'
import { readKeyNames } from './keys/key-names.ts'
import type { ScreenStore } from './screen-store.ts'

/** What Ink lets us do with it. */
export interface OpenApp {
  exit(): void
  suspendTerminal(work: () => Promise<void>): Promise<void>
}

export interface AppProps {
  readonly store: ScreenStore
  readonly getFrame: () => Frame
  /** Whether Ink reads the lines to somebody, and does not only say when they are to be drawn. */
  readonly spoken: boolean
  readonly onMount: (app: OpenApp) => void
}

/** The screen. */
export function App({ store, getFrame, spoken, onMount }: AppProps) {
  const frame = useSyncExternalStore(store.subscribe, getFrame)
  const { exit, suspendTerminal } = useApp()
  useEffect(() => onMount({ exit, suspendTerminal }), [onMount, exit, suspendTerminal])
  useInput((input, key) => {
    for (const name of readKeyNames(input, key)) store.dispatch({ type: 'key', key: name })
  })
  usePaste((text) => store.dispatch({ type: 'pasted', text }))
  return spoken ? <Lines {...frame} /> : <Text>frame {frame.number}</Text>
}

/** One memoised Text a line. As single children, not as a list: a line of the screen is known by its place alone. */
function Lines({ columns, rows, lines }: Frame) {
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
