import { existsSync, statSync } from 'node:fs'
import { basename, dirname, resolve } from 'node:path'
import type { Context } from '../app/context.ts'
import type { Args } from '../app/options.ts'
import { kindsOfView, paceOf, scopeSelectionOf } from '../app/ready.ts'
import { makeViewFromLine } from '../app/view.ts'
import { isShipped, writeSavedQuery } from '../app/write-saved-query.ts'
import { rememberSelection } from '../config/remembered.ts'
import { rememberColumns } from '../config/remembered-columns.ts'
import { keepTypedLine } from '../config/typed-lines.ts'
import { hasCode, MusterError, usageError } from '../errors.ts'
import type { Terminal } from '../io.ts'
import { makePlainView } from '../kinds.ts'
import type { View } from '../model.ts'
import { formatAge } from '../output/age.ts'
import { columnWord } from '../query/column-list.ts'
import { compileExpression } from '../query/evaluation.ts'
import { copyText } from './clipboard.ts'
import { makeLogins } from './logins.ts'
import { findMarks, makeProfileItems, namesOfUsable } from './opening.ts'
import { makeQueryItems } from './query-items.ts'
import { nameOfRows } from './state/actions.ts'
import { mostLines } from './state/past-lines.ts'
import type { Effect, UiEvent } from './state/state.ts'
import { makeSyncs } from './syncs.ts'
import { type CacheReader, startExport } from './threads/threads.ts'
import { viewDocument } from './viewer.ts'

/** How the screen ended: to quit, or to open again on the demo or with the machine's own role. */
export type ScreenEnding = 'quit' | 'demo' | 'machine'

/** What takes longer says that it works, in ms. */
const patience = 100

export interface EffectParts {
  readonly context: Context
  readonly args: Args
  readonly terminal: Terminal
  readonly reader: CacheReader
  readonly dispatch: (event: UiEvent) => void
  /** Ink's own: gives up the terminal while some work is done. */
  readonly suspendTerminal: (work: () => Promise<void>) => Promise<void>
  /** Draws the whole screen again. */
  readonly redraw: () => void
  readonly end: (ending: ScreenEnding) => void
}

/** Makes the function that runs the reducer's effects: on other threads, files, the clipboard, the process. */
export function makeEffects(parts: EffectParts): (effect: Effect) => void {
  const { context, args, terminal, reader, dispatch } = parts
  const showMessage = (text: string, tone: 'info' | 'error' = 'info') =>
    dispatch({ type: 'message', text, tone })
  const selectScopes = (view: View) => scopeSelectionOf(context, args, view.scopes, kindsOfView(view))
  const syncs = makeSyncs(context, {
    onChange: (number, retries) => reader.send({ type: 'changed', number, retries }),
    dispatch,
  })

  const logins = makeLogins(context, dispatch)

  const startSync = ({ calls, view, after = false, fresh }: Extract<Effect, { type: 'sync' }>): void => {
    if (args.offline) {
      if (calls === 'always')
        showMessage('muster was started with --offline: nothing is read from AWS.', 'error')
      return
    }
    const wanted = calls === 'when-due' && args.sync ? 'always' : calls
    const scopes = selectScopes(view)
    const selection = fresh === undefined ? scopes : { ...scopes, fresh }
    syncs.start(selection, wanted, paceOf(context, args), after)
  }

  let stopExport = () => {}
  const writeExport = async ({
    file,
    format,
    force,
    ask,
  }: Extract<Effect, { type: 'export' }>): Promise<void> => {
    const end = (text: string, tone: 'info' | 'error' = 'error') =>
      dispatch({ type: 'export-ended', text, tone })
    const { cwd, home } = context.io
    const path = resolve(cwd, file.replace(/^~(?=\/|$)/, home))
    const found = statSync(path, { throwIfNoEntry: false })
    if (found?.isDirectory()) return end(`${file} is a folder: name a file in it.`)
    if (!existsSync(dirname(path))) return end(`There is no folder ${dirname(path)}.`)
    if (!force && found) return dispatch({ type: 'export-exists', file: path })
    const startedAt = performance.now()
    const { kind } = ask.view
    const request = { file: path, format, raw: false, force, name: nameOfRows(ask), kind }
    const { cacheFile, io } = context
    const debugHandle = io.debug?.handle ?? null
    const task = { cacheFile, debugHandle, env: io.env, selection: selectScopes(ask.view), ask, request }
    const writing = startExport(task, context.io.atExit)
    stopExport = writing.stop
    const outcome = await writing.ended
    if (outcome.type === 'stopped') return showMessage(`Stopped: ${path} was not written.`)
    // Somebody else has made the file meanwhile.
    if (outcome.type === 'failed' && !force && existsSync(path))
      return dispatch({ type: 'export-exists', file: path })
    if (outcome.type === 'failed') return end(outcome.message)
    const rows = formatCount(outcome.rows, 'row')
    // A path may be long: what is missing, and what was cut, stands before it.
    const what =
      outcome.missing === 0
        ? `${rows} (${formatCount(outcome.bytes, 'byte')})`
        : `${rows}, ${outcome.missing} scopes not read (named in ${basename(path)}.coverage.json),`
    const took = performance.now() - startedAt
    const wrote = `Wrote ${what} to ${path}${took > 2000 ? ` in ${formatAge(took)}` : ''}.`
    end([...outcome.notes, wrote].join(' '), 'info')
  }

  const save = ({ name, force, view }: Extract<Effect, { type: 'save' }>): void => {
    const { io } = context
    if (isShipped(name, io)) throw usageError(`${name} is a query that ships with muster: give another name.`)
    if (view.engine !== 'muster' || !view.origin)
      throw usageError('A saved query is answered by muster’s own engine, with the origin.')
    const columns = view.columns?.map(columnWord).join(',') ?? null
    try {
      const file = writeSavedQuery(name, view, (saved) => columns ?? saved, force, io)
      const text = `Saved as ${name}, in ${file}: Q lists it.`
      dispatch({ type: 'saved', text, queries: makeQueryItems(context) })
    } catch (error) {
      // Another muster may make the file at any moment: only the writing itself finds out that it is there.
      if (force || !(error instanceof MusterError) || !hasCode(error.cause, 'EEXIST')) throw error
      dispatch({ type: 'save-exists' })
    }
  }

  const copy = async ({ text, what }: Extract<Effect, { type: 'copy' }>): Promise<void> => {
    switch (await copyText(text, context.io.env, terminal.stdout)) {
      case 'tmux':
        return showMessage(`Copied ${what}, into tmux too.`)
      case 'terminal':
        return showMessage(`Sent ${what} to the terminal’s clipboard.`)
      case 'too-long':
        return showMessage('That is too long for the clipboard of a terminal: export it.', 'error')
      case 'no-clipboard':
        return dispatch({
          type: 'text-shown',
          title: 'To be selected here: this terminal has no clipboard',
          text,
        })
    }
  }

  const viewIn = async (document: Extract<Effect, { type: 'view' }>): Promise<void> => {
    let failure: unknown = null
    const view = async () => {
      // What Ink gets for an error ends the screen.
      try {
        await terminal.lend(() => viewDocument(document, context.io))
      } catch (error) {
        failure = error
      }
    }
    await parts.suspendTerminal(view)
    if (failure !== null) throw failure
  }

  const runEffect = (effect: Effect): void | Promise<void> => {
    switch (effect.type) {
      case 'ask': {
        const selection = selectScopes(effect.ask.view)
        reader.send({ ...effect, selection })
        setTimeout(() => dispatch({ type: 'waited', number: effect.question }), patience).unref()
        const names = selection.chosen.flatMap((each) => [each, ...each.collapsed]).map(({ name }) => name)
        return dispatch({ type: 'chosen', ...findMarks(context, effect.ask.view.scopes, names) })
      }
      case 'reader':
        return reader.send(effect.message)
      case 'sync':
        return startSync(effect)
      case 'remember':
        syncs.stop()
        if (context.demo) return
        return rememberSelection(context.io, { ...effect.selection, known: namesOfUsable(context) })
      case 'remember-columns': {
        if (context.demo) return
        const oldFile = rememberColumns(context.io, effect.kind, effect.columns)
        // A whole path may be longer than the line.
        return oldFile === null
          ? undefined
          : showMessage(`What was in columns.json is in ${basename(oldFile)} beside it now.`)
      }
      case 'query': {
        const { hints, ...ask } = makeViewFromLine(effect.line, effect.kind, effect.scopes, context.io)
        // A mistake is reported before its table opens and a sync starts.
        const { view } = ask
        if (view.expression !== null && view.engine === 'muster') compileExpression(view.expression, view)
        dispatch({ type: 'query-found', ask: { type: 'view', ...ask } })
        const [hint] = hints
        return hint === undefined ? undefined : showMessage(hint.split('\n')[0] ?? '')
      }
      case 'export':
        return writeExport(effect)
      case 'stop-export':
        return stopExport()
      case 'save':
        return save(effect)
      case 'offer': {
        const { wanted, scopes } = effect
        const selection = wanted.kind === null ? null : selectScopes(makePlainView(wanted.kind, scopes))
        return reader.send({ type: 'offer', wanted, selection })
      }
      case 'remember-line':
        return context.demo ? undefined : keepTypedLine(effect.what, effect.text, mostLines, context.io)
      case 'copy':
        return copy(effect)
      case 'profiles':
        return dispatch({
          type: 'items-listed',
          which: 'profiles',
          items: makeProfileItems(context, true),
        })
      case 'logins':
        return logins.list()
      case 'login':
        return logins.start(effect.value)
      case 'login-open':
        return logins.open(effect.url)
      case 'login-stop':
        return logins.stop()
      case 'mfa-code':
        return syncs.giveCode(effect.id, effect.code)
      case 'redraw':
        return parts.redraw()
      case 'suspend':
        return parts.suspendTerminal(terminal.suspend)
      case 'view':
        return viewIn(effect)
      case 'quit':
      case 'demo':
      case 'machine':
        syncs.stop()
        logins.stop()
        return parts.end(effect.type)
    }
  }
  // An error outside becomes a message, and the screen goes on.
  const reportError = (error: unknown) =>
    showMessage(error instanceof Error ? error.message : String(error), 'error')
  return (effect) => {
    context.io.debug?.write('screen', describeEffect(effect))
    try {
      void Promise.resolve(runEffect(effect)).catch(reportError)
    } catch (error) {
      reportError(error)
    }
  }
}

/** What is done, without what a person typed: that may be a code. */
function describeEffect(effect: Effect): string {
  if (effect.type === 'reader') return `asks the reader: ${effect.message.type}`
  if (effect.type === 'ask') return `asks the reader: question ${effect.question}`
  return `does: ${effect.type}`
}

function formatCount(count: number, thing: string): string {
  return `${count.toLocaleString('en-US')} ${thing}${count === 1 ? '' : 's'}`
}
