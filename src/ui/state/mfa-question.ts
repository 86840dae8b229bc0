import { showMessage } from './actions.ts'
import { lineOf } from './line.ts'
import { type MfaQuestion, type State, type Step, step } from './state.ts'

/** Asks the next question as soon as nothing else is open over the table. */
export function showQuestion(state: State): State {
  const [question] = state.questions
  if (!question || state.overlay) return state
  return { ...state, overlay: { type: 'mfa', question, line: lineOf('') } }
}

/** Six digits are a code; anything else is asked for again. */
export function takeCode(state: State, question: MfaQuestion, text: string): Step {
  if (!/^\d{6}$/.test(text)) return showMessage(state, 'A code has six digits; esc gives none.', 'error')
  return answerQuestion(state, question, text)
}

/** Without a code the profiles of that device fail, and no others. */
export function answerQuestion(state: State, { id }: MfaQuestion, code: string | null): Step {
  const questions = state.questions.filter((each) => each.id !== id)
  return step({ ...state, questions, overlay: null }, { type: 'mfa-code', id, code })
}

/** Nobody waits for a code any more. */
export function dropQuestions(state: State): State {
  const overlay = state.overlay?.type === 'mfa' ? null : state.overlay
  return { ...state, questions: [], overlay }
}

/** Only digits, six at most. */
export function makeCodeLine(text: string) {
  return lineOf(text.replace(/\D/g, '').slice(0, 6))
}
