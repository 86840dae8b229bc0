// Makes the man pages of the reference: muster.1 of the commands, options and exit codes, and muster-TOPIC.7 of every
// page in src/help. They use the macros of man(7) alone, which groff and mandoc know.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { transformSync } from 'esbuild'

/** Writes them into a folder. */
export async function writeManPages(folder) {
  const { parsePage } = await importSource('src/help/markdown.ts')
  const pages = readdirSync('src/help')
    .filter((file) => file.endsWith('.md'))
    .sort()
    .map((file) => ({
      name: basename(file, '.md'),
      page: parsePage(readFileSync(join('src/help', file), 'utf8')),
    }))
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'muster.1'), programPage(pages))
  for (const { name, page } of pages) writeFileSync(join(folder, `muster-${name}.7`), topicPage(name, page))
}

/** The build must run before anything of src is built, on a Node that may not read TypeScript. */
async function importSource(file) {
  const { code } = transformSync(readFileSync(file, 'utf8'), { loader: 'ts', format: 'esm' })
  return import(`data:text/javascript;base64,${Buffer.from(code).toString('base64')}`)
}

function programPage(pages) {
  const { description } = readManifest()
  const find = (name) => pages.find((each) => each.name === name).page
  return lines([
    head('muster', 1),
    section('NAME'),
    `muster \\- ${escapeText(description.replace(/\.$/, ''))}`,
    section('SYNOPSIS'),
    '\\fBmuster\\fR [\\fICOMMAND\\fR] [\\fIOPTIONS\\fR]',
    '.PP',
    '\\fBmuster help\\fR [\\fITOPIC\\fR]',
    ...['commands', 'options', 'exit-codes'].flatMap((name) => {
      const title = find(name)
        .title.replace(/^The /, '')
        .replace(/ and signals$/, '')
      return [section(title.toUpperCase()), ...find(name).blocks.flatMap((block) => formatBlock(block, 1))]
    }),
    section('SEE ALSO'),
    ...pages.flatMap(({ name, page }) => [
      '.TP',
      `\\fB${escapeText(`muster-${name}`)}\\fR(7)`,
      textLine(escapeText(page.title)),
    ]),
  ])
}

/** The text of one page's man page. */
export function topicPage(name, { title, blocks }) {
  return lines([
    head(`muster-${name}`, 7),
    section('NAME'),
    `${escapeText(`muster-${name}`)} \\- ${escapeText(title)}`,
    ...(blocks[0]?.type === 'heading' ? [] : [section('DESCRIPTION')]),
    ...blocks.flatMap((block) => formatBlock(block, 0)),
    section('SEE ALSO'),
    '\\fBmuster\\fR(1)',
  ])
}

/** `depth`: 0 if headings are sections, 1 if they stand below one. No date: the same sources give the same bytes. */
function formatBlock(block, depth) {
  switch (block.type) {
    case 'heading':
      return [`${block.level + depth > 2 ? '.SS' : '.SH'} ${quote(formatSpans(block.spans))}`]
    case 'paragraph':
      return ['.PP', textLine(formatSpans(block.spans))]
    case 'item':
      return ['.IP \\[bu] 2', textLine(formatSpans(block.spans))]
    case 'code':
      return ['.PP', '.RS 4', '.nf', ...block.lines.map((line) => textLine(escapeText(line))), '.fi', '.RE']
    case 'table':
      return block.rows.flatMap((row) => formatRow(row, block.header))
  }
}

/** A row is a term with its text; of several texts each is named by its column. A row of one cell is a heading. */
function formatRow([first, ...others], [, ...titles]) {
  const filled = others
    .map((spans, index) => ({ spans, title: titles[index] }))
    .filter(({ spans }) => spans.length > 0)
  if (filled.length === 0) return ['.PP', textLine(formatSpans(first))]
  const texts = filled.map(({ spans, title }) =>
    textLine(others.length === 1 ? formatSpans(spans) : `${formatSpans(title)}: ${formatSpans(spans)}`),
  )
  return [
    '.TP',
    textLine(formatSpans(first)),
    ...texts.flatMap((text, index) => (index === 0 ? [text] : ['.br', text])),
  ]
}

function formatSpans(spans) {
  return spans
    .map(({ text, style }) => (style === 'plain' ? escapeText(text) : `\\fB${breakable(text)}\\fR`))
    .join('')
}

/** groff_char(7): these would be printed as typographic signs, which no shell takes; others have no letter in roff. */
const escapes = {
  '\\': '\\[rs]',
  '-': '\\-',
  "'": '\\[aq]',
  '`': '\\[ga]',
  '^': '\\[ha]',
  '~': '\\[ti]',
  '"': '\\[dq]',
}

/** Code whose words are longer than a line: it may be broken after a dot, a comma or a bracket. */
function breakable(text) {
  const long = text.split(' ').some((word) => word.length > 50)
  return long
    ? text
        .split(/(?<=[.,\][])/)
        .map(escapeText)
        .join('\\:')
    : escapeText(text)
}

function escapeText(text) {
  return Array.from(text, (letter) => {
    if (escapes[letter]) return escapes[letter]
    const code = letter.codePointAt(0)
    return code < 128 ? letter : `\\[u${code.toString(16).toUpperCase().padStart(4, '0')}]`
  }).join('')
}

/** A dot at the start of a line would be a macro, and an empty line a gap of its own. */
function textLine(text) {
  if (text === '') return '\\&'
  return text.startsWith('.') ? `\\&${text}` : text
}

/** Without hyphens and stretched lines: options and code stand in the text. */
function head(name, number) {
  const { version } = readManifest()
  return `.TH ${quote(escapeText(name.toUpperCase()))} ${number} "" ${quote(escapeText(`muster ${version}`))} "muster"\n.nh\n.ad l`
}

function section(title) {
  return `.SH ${quote(escapeText(title))}`
}

function quote(text) {
  return `"${text}"`
}

function readManifest() {
  return JSON.parse(readFileSync('package.json', 'utf8'))
}

function lines(all) {
  return `${all.join('\n')}\n`
}
