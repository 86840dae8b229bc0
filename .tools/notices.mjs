// The licences of the packages whose code is in the bundle: they ask that their text goes where their code goes.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const standardTexts = new URL('licences/', import.meta.url)
const line = '-'.repeat(100)

/** The notices of all packages that the files are from, each text once. A package without a licence is an error. */
export function noticesOf(files) {
  const folders = [...new Set(files.flatMap((file) => packageFolder(file) ?? []))]
  const packages = folders
    .map(readPackage)
    .sort((a, b) => compare(a.name, b.name) || compare(a.version, b.version))
  const texts = [...new Set(packages.map(({ text }) => text))]
  const sections = texts.map((text) => {
    const titles = packages.filter((one) => one.text === text).map(titleOf)
    return `${line}\n${[...new Set(titles)].join('\n')}\n${line}\n\n${text}\n`
  })
  return `muster's program files contain code of these packages.\n\n${sections.join('\n')}`
}

function titleOf({ name, version, licence }) {
  return `${name} ${version} (${licence})`
}

/** `…/node_modules/@scope/name` of a file in it; undefined for muster's own. */
function packageFolder(file) {
  return /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file)?.[0]
}

function readPackage(folder) {
  const { name, version, license, author } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
  const texts = readdirSync(folder)
    .filter((file) => /^(licen[cs]e|notice|copying)/i.test(file))
    .sort()
    .map((file) => tidy(readFileSync(join(folder, file), 'utf8')))
  const text = texts.some((found) => found !== '') ? texts.join('\n\n') : standardText(name, license, author)
  return { name, version, licence: license, text }
}

/** For a package that names its licence and does not bring the text. */
function standardText(name, licence, author) {
  if (!readdirSync(standardTexts).includes(`${licence}.txt`)) {
    throw new Error(`${name} has no licence file: put the standard text of ${licence} into .tools/licences.`)
  }
  const text = tidy(readFileSync(new URL(`${licence}.txt`, standardTexts), 'utf8'))
  const holder = typeof author === 'string' ? author.replace(/ *[<(].*/, '') : author?.name
  return text.replace('<holder>', holder || `the authors of ${name}`)
}

/** Texts that differ in the ends of their lines only are one. */
function tidy(text) {
  return text.replace(/[ \t\r]+$/gm, '').replace(/^\n+|\n+$/g, '')
}

/** The same order on every machine. */
function compare(a, b) {
  return a < b ? -1 : a > b ? 1 : 0
}
