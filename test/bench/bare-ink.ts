// The yardstick of the screen: an Ink program of as many lines, each with a coloured cell as a row of the table has
// one, of which one is inverse, moved by j and k.
import { Box, render, Text, useInput, useWindowSize } from 'ink'
import { createElement, memo, useState } from 'react'

const Row = memo(({ line }: { line: string }) => createElement(Text, { wrap: 'truncate-end' }, line))

function Screen() {
  const { rows, columns } = useWindowSize()
  const [at, setAt] = useState(0)
  useInput((input) => {
    for (const key of input) setAt((before) => Math.max(0, before + (key === 'j' ? 1 : -1)) % rows)
  })
  const lines = Array.from({ length: rows }, (_, row) => {
    const state = row === at ? '● running' : '\u001b[32m● running\u001b[39m'
    const text = `row ${row} ${state} ${'i-0123456789abcdef0 '.repeat(9)}`.slice(0, columns - 5)
    return createElement(Row, { key: row, line: row === at ? `\u001b[7m${text}\u001b[27m` : text })
  })
  return createElement(Box, { height: rows, flexDirection: 'column', overflow: 'hidden' }, lines)
}

render(createElement(Screen), { alternateScreen: true, incrementalRendering: true, maxFps: 60 })
