import { measureWidth } from '../../output/cell.ts'
import type { PageLine, PageLink, PageSection } from '../threads/messages.ts'
import { type EditedLine, lineOf } from './line.ts'
import { type LaidPage, layOutPage, textOfLine } from './page-layout.ts'
import { countBodyRows, type State, type TextState } from './state.ts'

type Screen = Pick<State, 'columns' | 'rows'>

/** A page of text. `copy` is what `c` copies; by default the text itself. */
export function makeTextPage(title: string, text: string, copy = text): TextState {
  return makePage(title, [{ title: null, place: 'wide', lines: linesOfText(text) }], copy)
}

/** A page of sections. `crumb`: what it is called in the titles of pages that are opened from it. */
export function makePage(
  title: string,
  sections: readonly PageSection[],
  copy = writePage(sections),
  crumb = title,
): TextState {
  return { type: 'text', title, crumb, sections, top: 0, chosen: 0, copy, search: null }
}

/** The page as it is on this screen. */
export function layOut(page: TextState, { columns }: Pick<Screen, 'columns'>): LaidPage {
  return layOutPage(page.sections, columns)
}

/** Scrolls to a line, no further than the last screen. A link that leaves the screen hands over to one that is on it. */
export function scrollTo(page: TextState, top: number, screen: Screen): TextState {
  const { lines, links } = layOut(page, screen)
  const body = countBodyRows(screen)
  const at = Math.max(0, Math.min(top, Math.max(0, lines.length - body)))
  const isSeen = (line: number) => line >= at && line < at + body
  const chosen = links[page.chosen]
  if (!chosen || isSeen(chosen.line)) return { ...page, top: at }
  const seen = links.flatMap(({ line }, index) => (isSeen(line) ? [index] : []))
  const next = chosen.line < at ? seen[0] : seen.at(-1)
  return { ...page, top: at, chosen: next ?? page.chosen }
}

/**
 * A page with another content, or on a screen of another size, where one is as one was before: on the same link, in the
 * same line of the screen, and with the same search.
 */
export function keepPlace(
  before: TextState,
  page: TextState,
  screen: Screen,
  screenBefore: Screen = screen,
): TextState {
  const [old, laid] = [layOut(before, screenBefore), layOut(page, screen)]
  const here = old.links[before.chosen]
  // A link may stand twice on a page.
  const isSame = ({ link }: { readonly link: PageLink }) =>
    here !== undefined && nameLink(link) === nameLink(here.link)
  const times = old.links.slice(0, before.chosen).filter(isSame).length
  const same = laid.links.flatMap((each, index) => (isSame(each) ? [index] : []))
  const found = same[Math.min(times, same.length - 1)]
  const chosen = found ?? Math.max(0, Math.min(before.chosen, laid.links.length - 1))
  const body = countBodyRows(screen)
  const isOn = (at: number) => at >= before.top && at < before.top + countBodyRows(screenBefore)
  const isSeen = here && isOn(here.line)
  const line = found === undefined ? null : (laid.links[found]?.line ?? 0)
  // From the beginning one goes on seeing it.
  const isStill = before.top === 0 && (!isSeen || line === null || line < body)
  const shift =
    isSeen && line !== null
      ? line - here.line
      : shiftOfLine(old.lines.map(textOfLine), laid.lines.map(textOfLine), before.top)
  // What was under the cursor stays on the screen, also on one with fewer lines.
  const least = isSeen && line !== null ? line - body + 1 : 0
  const top = isStill ? 0 : Math.max(before.top + shift, least)
  const shown = scrollTo({ ...page, chosen, search: before.search }, top, screen)
  const at = before.search?.at
  if (at === undefined || !shown.search) return shown
  const again = findAgain(before, shown, screen, screenBefore)
  const search = { ...shown.search, at: again ?? shown.top }
  return again !== null && isOn(at) ? showLine(shown, again, screen) : { ...shown, search }
}

/** The line that was found last, where it stands now: the nearest that is as it was, or else the one of its number. */
function findAgain(before: TextState, page: TextState, screen: Screen, screenBefore: Screen): number | null {
  const [old, found] = [findLines(before, screenBefore), findLines(page, screen)]
  const at = before.search?.at ?? 0
  const number = Math.max(0, old.indexOf(at))
  const textOf = (line: number) => textOfLine(layOut(page, screen).lines[line] ?? [])
  const text = textOfLine(layOut(before, screenBefore).lines[at] ?? [])
  const same = found.flatMap((line, index) => (textOf(line) === text ? [index] : []))
  const nearest = same.reduce(
    (a, b) => (Math.abs(b - number) < Math.abs(a - number) ? b : a),
    same[0] ?? number,
  )
  return found[Math.min(nearest, found.length - 1)] ?? null
}

/** What is the same of a link when its page is made anew: the views of tables are of another time. */
function nameLink(link: PageLink): string {
  if (link.type !== 'table' || link.ask.type !== 'view') return JSON.stringify(link)
  const { kind, filters } = link.ask.view
  return JSON.stringify([kind, filters])
}

/** How far down the nearest line has moved that is as one was; 0 without such a line. */
function shiftOfLine(before: readonly string[], after: readonly string[], at: number): number {
  const same = after.flatMap((text, line) => (text === before[at] ? [line - at] : []))
  return same.reduce((a, b) => (Math.abs(b) < Math.abs(a) ? b : a), same[0] ?? 0)
}

/**
 * One step down or up: to the next link if it is on the screen, as a cursor goes through the rows of a table; else the
 * page scrolls by a line.
 */
export function stepThrough(page: TextState, by: 1 | -1, screen: Screen): TextState {
  const { links } = layOut(page, screen)
  const body = countBodyRows(screen)
  const isSeen = (line: number) => line >= page.top && line < page.top + body
  const here = links[page.chosen]
  const next = links[page.chosen + by]
  if (here && next && isSeen(here.line) && isSeen(next.line)) return { ...page, chosen: page.chosen + by }
  return scrollTo(page, page.top + by, screen)
}

/** Chooses the next link or the one before, wherever it is, and scrolls to it. */
export function chooseLink(page: TextState, by: 1 | -1, screen: Screen): TextState {
  const { links } = layOut(page, screen)
  if (links.length === 0) return page
  const isSeen = findChosenLink(page, screen) !== null
  const below = links.findIndex(({ line }) => line >= page.top)
  const above = links.findLastIndex(({ line }) => line < page.top)
  // From a screen without a link on.
  const next = isSeen ? page.chosen + by : by > 0 ? below : above
  const chosen = by > 0 && next < 0 ? 0 : (next + links.length) % links.length
  return showLine({ ...page, chosen }, links[chosen]?.line ?? 0, screen)
}

/** The link that enter opens; null if none is on the screen. */
export function findChosenLink(page: TextState, screen: Screen): PageLink | null {
  const chosen = layOut(page, screen).links[page.chosen]
  const isSeen = chosen && chosen.line >= page.top && chosen.line < page.top + countBodyRows(screen)
  return isSeen ? chosen.link : null
}

/** Begins to look for a text in the page. */
export function beginSearch(page: TextState): TextState {
  return { ...page, search: { line: lineOf(page.search?.line.text ?? ''), typing: true, from: page.top } }
}

/** The search with another text: the page scrolls to the first line that holds it, from where the search began. */
export function changeSearch(page: TextState, line: EditedLine, screen: Screen): TextState {
  const { search } = page
  if (search === null) return page
  const searched = { ...page, search: { ...search, line } }
  const found = findLines(searched, screen)
  const first = found.find((at) => at >= search.from) ?? found[0]
  return first === undefined ? scrollTo(searched, search.from, screen) : showLine(searched, first, screen)
}

/** Ends the typing of a search; with an empty one, the search. */
export function endSearch(page: TextState): TextState {
  const { search } = page
  return { ...page, search: search && search.line.text !== '' ? { ...search, typing: false } : null }
}

/** Scrolls to the next line that holds what is searched for, or to the one before; from the end to the beginning. */
export function findNext(page: TextState, by: 1 | -1, screen: Screen): TextState {
  const { search } = page
  const found = findLines(page, screen)
  if (search === null || found.length === 0) return page
  const at = search.at ?? page.top
  const next =
    by > 0
      ? (found.find((line) => line > at) ?? found[0])
      : (found.findLast((line) => line < at) ?? found.at(-1))
  return showLine(page, next ?? 0, screen)
}

/** Which of the lines that hold what is searched for was found last, from 1; on a page of another size, the next one. */
export function numberOfFound(page: TextState, found: readonly number[]): number {
  const at = page.search?.at ?? -1
  const number = found.findIndex((line) => line >= at)
  return number < 0 ? found.length : number + 1
}

/** The numbers of the lines that hold what is searched for. */
export function findLines(page: TextState, screen: Screen): readonly number[] {
  const test = makeSearchTest(page.search?.line.text ?? '')
  return layOut(page, screen).lines.flatMap((line, at) => (test(textOfLine(line)) === null ? [] : [at]))
}

/**
 * Where a text is first found in a line, from a place on; null for nowhere. Without a capital letter it is found in upper
 * and lower case alike.
 */
export function makeSearchTest(text: string): (line: string, from?: number) => number | null {
  if (text === '') return () => null
  const isSmall = text === text.toLowerCase()
  return (line, from = 0) => {
    const at = (isSmall ? line.toLowerCase() : line).indexOf(text, from)
    return at < 0 ? null : at
  }
}

/** Scrolls so that a line is on the screen, with some lines above it if it was not. */
function showLine(page: TextState, line: number, screen: Screen): TextState {
  const body = countBodyRows(screen)
  const search = page.search && { ...page.search, at: line }
  if (line >= page.top && line < page.top + body) return { ...page, search }
  return scrollTo({ ...page, search }, line - Math.floor(body / 3), screen)
}

/** Lines of text. One without a blank before it and with indented ones under it is a heading. */
function linesOfText(text: string): readonly PageLine[] {
  const lines = text.replace(/\n$/, '').split('\n')
  return lines.map((line, index): PageLine => {
    const isHeading = /^\S/.test(line) && /^\s+[^\s^]/.test(lines[index + 1] ?? '')
    const [indent = ''] = /^ */.exec(line) ?? []
    const depth = Math.min(4, Math.floor(indent.length / 2))
    const rest = line.slice(depth * 2)
    return { type: 'text', depth, text: rest, ...(isHeading ? { tone: 'strong' } : {}) }
  })
}

/** A page as text, as it is copied. */
function writePage(sections: readonly PageSection[]): string {
  return sections
    .map(({ title, note, lines }) => {
      const size = Math.max(0, ...lines.map((line) => (line.type === 'pair' ? measureWidth(line.key) : 0)))
      const head = title === null ? [] : [note ? `${title} ${note}` : title]
      return [...head, ...lines.map((line) => writeLine(line, size))].join('\n')
    })
    .join('\n\n')
}

function writeLine(line: PageLine, size: number): string {
  const before = '  '.repeat(line.depth)
  switch (line.type) {
    case 'pair':
      return `${before}${line.key.padEnd(size)}  ${line.value}`
    case 'row':
      return `${before}${line.cells
        .map(({ text }) => text)
        .filter((text) => text !== '')
        .join('  ')}`
    case 'source':
      return line.key + line.rest
    case 'text':
      return before + line.text
    case 'both':
      return `${before}${line.key}\n${before}  - ${line.left ?? ''}\n${before}  + ${line.right ?? ''}`
  }
}
