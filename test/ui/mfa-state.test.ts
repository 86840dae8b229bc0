import { describe, expect, test } from 'vitest'
import { noFigures } from '../../src/sync/progress.ts'
import { drawFooter } from '../../src/ui/draw/footer.ts'
import type { MfaQuestion, State, UiEvent } from '../../src/ui/state/state.ts'
import { update } from '../../src/ui/update.ts'
import { screen } from './state.ts'

const question = (id: number): UiEvent & { readonly question: MfaQuestion } => ({
  type: 'mfa-wanted',
  question: { id, serial: `arn:aws:iam::111122223333:mfa/${id}`, profile: 'p', refused: 0, reason: null },
})

function playEvents(first: State, ...events: readonly (UiEvent | string)[]) {
  let state = first
  const effects = []
  for (const event of events) {
    const step = update(state, typeof event === 'string' ? { type: 'key', key: event } : event)
    state = step.state
    effects.push(...step.effects.filter(({ type }) => type === 'mfa-code'))
  }
  return { state, effects }
}

describe('a code that a sync waits for', () => {
  test('is asked for at once on the table', () => {
    const { state, effects } = playEvents(screen(), question(1), ...'123456', 'enter')
    expect(state.overlay).toBeNull()
    expect(effects).toEqual([{ type: 'mfa-code', id: 1, code: '123456' }])
  })

  test('does not interrupt a line that the user is typing: it is asked for afterwards', () => {
    const typing = playEvents(screen(), '/', 'w', question(1), 'e')
    expect(typing.state.overlay).toMatchObject({ type: 'filter', line: { text: 'we' } })
    expect(playEvents(typing.state, 'enter').state.overlay).toMatchObject({ type: 'mfa' })
  })

  test('is asked for after another one, device by device; esc gives none', () => {
    const { state, effects } = playEvents(screen(), question(1), question(2), 'esc', ...'654321', 'enter')
    expect(effects).toEqual([
      { type: 'mfa-code', id: 1, code: null },
      { type: 'mfa-code', id: 2, code: '654321' },
    ])
    expect(state.questions).toEqual([])
  })

  test('is dropped when the sync has ended', () => {
    const progress = noFigures
    const ended = { type: 'sync-reported', progress, ended: true, changes: 1, error: null } as const
    const { state, effects } = playEvents(screen(), question(1), ended)
    expect([state.overlay, state.questions, effects]).toEqual([null, [], []])
  })

  test('that is wanted a second time says why, and not that AWS refused the first', () => {
    const why = 'GetSessionToken is denied: the role takes a code of its own.'
    const again = { ...question(1).question, refused: 1, reason: why }
    const { state } = playEvents(screen(), { type: 'mfa-wanted', question: again })
    const { status, prompt } = drawFooter(state, (text) => text)
    expect(status.trim()).toBe(why)
    expect(prompt).toContain('six digits')
  })

  test('may be pasted, with blanks around it', () => {
    const { effects } = playEvents(screen(), question(1), { type: 'pasted', text: ' 123 456\n' }, 'enter')
    expect(effects).toEqual([{ type: 'mfa-code', id: 1, code: '123456' }])
  })
})
