import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { type Context, queryFolders } from '../app/context.ts'
import type { Args } from '../app/options.ts'
import { coverageFor, paceOf } from '../app/ready.ts'
import { viewNamed } from '../app/view.ts'
import { remember } from '../config/remembered.ts'
import type { Terminal } from '../io.ts'
import type { View } from '../model.ts'
import { age } from '../output/age.ts'
import { cellText } from '../output/cell.ts'
import { parameterText } from '../query/parameters.ts'
import { savedFiles } from '../query/saved.ts'
import type { ScopeSelection } from '../sync/standing.ts'
import { copySequence } from './clipboard.ts'
import { makeLogins } from './logins.ts'
import type { Effect, PickerItem, UiEvent } from './state/state.ts'
import { makeSyncs } from './syncs.ts'
import { type Reader, startExport } from './threads/threads.ts'

/** How the screen ended: quit, or to be opened again on the demo or with the machine's own role. */
export type Ending = 'quit' | 'demo' | 'machine'

export interface EffectParts {
  readonly context: Context
  readonly args: Args
  readonly terminal: Terminal
  readonly reader: Reader
  readonly dispatch: (event: UiEvent) => void
  /** Ink's: gives the terminal away for the time of some work. */
  readonly suspended: (work: () => Promise<void>) => Promise<void>
  readonly end: (ending: Ending) => void
}

/** Makes what does the reducer's bidding outside: other threads, files, the clipboard, the process. */
export function makeEffects(parts: EffectParts): (effect: Effect) => void {
  const { context, args, terminal, reader, dispatch } = parts
  const say = (text: string, tone: 'info' | 'error' = 'info') => dispatch({ type: 'said', text, tone })
  const selectionFor = (view: View) => coverageFor(context, args, view.scopes, view.kind)
  const syncs = makeSyncs(context, {
    changed: (keys, number) => reader.send({ type: 'changed', keys, number }),
    dispatch,
  })

  const logins = makeLogins(context, dispatch)

  const startSync = ({ calls, view, after = false }: Extract<Effect, { type: 'sync' }>): void => {
    if (args.offline) {
      if (calls === 'always') say('muster was started with --offline: nothing is read from AWS.', 'error')
      return
    }
    const wanted = calls === 'when-due' && args.sync ? 'always' : calls
    syncs.start(selectionFor(view), wanted, paceOf(context, args), after)
  }

  const write = async ({ file, format, force, ask }: Extract<Effect, { type: 'export' }>): Promise<void> => {
    const path = resolve(context.io.cwd, file)
    if (!force && existsSync(path)) return dispatch({ type: 'export-exists' })
    const began = performance.now()
    const request = { file: path, format, raw: false, force }
    const { cacheFile, io } = context
    const task = { cacheFile, env: io.env, selection: selectionFor(ask.view), ask, request }
    const told = await startExport(task, terminal.atExit)
    if (told.type === 'failed') return say(told.message, 'error')
    const missing =
      told.missing === 0 ? '' : `; ${told.missing} scopes not read, named in ${file}.coverage.json`
    const took = performance.now() - began
    say(`Wrote ${told.bytes} bytes to ${path}${took > 2000 ? ` in ${age(took)}` : ''}${missing}.`)
  }

  const run = (effect: Effect): void | Promise<void> => {
    switch (effect.type) {
      case 'ask': {
        const selection = selectionFor(effect.ask.view)
        reader.send({ ...effect, selection })
        return dispatch({ type: 'chosen', ...comesTo(selection) })
      }
      case 'reader':
        return reader.send(effect.message)
      case 'sync':
        return startSync(effect)
      case 'remember':
        syncs.stop()
        return context.demo ? undefined : remember(context.io, effect.selection)
      case 'query': {
        const { hints, ...ask } = viewNamed(effect.line, effect.kind, effect.scopes, context.io)
        dispatch({ type: 'query-found', ask: { type: 'view', ...ask } })
        const [hint] = hints
        return hint === undefined ? undefined : say(hint.split('\n')[0] ?? '')
      }
      case 'export':
        return write(effect)
      case 'copy': {
        const sequence = copySequence(effect.text)
        if (sequence === null)
          return say('That is too long for the clipboard of a terminal: export it.', 'error')
        terminal.stdout.write(sequence)
        return say(`Copied ${effect.what}.`)
      }
      case 'logins':
        return logins.list()
      case 'login':
        return logins.start(effect.value)
      case 'login-open':
        return logins.open(effect.url)
      case 'login-stop':
        return logins.stop()
      case 'mfa-code':
        return syncs.answer(effect.id, effect.code)
      case 'suspend':
        return parts.suspended(terminal.suspend)
      case 'quit':
      case 'demo':
      case 'machine':
        syncs.stop()
        logins.stop()
        return parts.end(effect.type)
    }
  }
  // What goes wrong outside is said, and the screen goes on.
  const fail = (error: unknown) => say(error instanceof Error ? error.message : String(error), 'error')
  return (effect) => {
    try {
      void Promise.resolve(run(effect)).catch(fail)
    } catch (error) {
      fail(error)
    }
  }
}

/** The profiles and regions that a selection comes to. */
function comesTo({ chosen }: ScopeSelection) {
  const regions = chosen.map((each) => each.regions)
  const words = regions.flatMap((each) =>
    each.type === 'named' ? each.names : each.type === 'enabled' ? each.patterns : [],
  )
  return {
    profiles: chosen.flatMap((each) => [each, ...each.collapsed]).map(({ name }) => name),
    regions: [...new Set(words)],
  }
}

/** The saved queries to choose from; of a malformed one, what is wrong. */
export function queryItems(context: Context): readonly PickerItem[] {
  return savedFiles(queryFolders(context.io)).map(({ name, query, problems: [problem] }) => {
    if (problem) return { value: name, note: cellText(`malformed  line ${problem.line}: ${problem.what}`) }
    if (!query) return { value: name, note: 'malformed' }
    const { kind, title, parameters } = query
    const takes = parameterText(parameters)
    return {
      value: name,
      note: cellText(`${kind.padEnd(10)} ${takes === '' ? '' : `${takes}: `}${title}`),
      parameters: parameters.map((each) => ({ name: each.name, required: each.default === null })),
    }
  })
}
