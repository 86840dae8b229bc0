// Compiles .tools/answer-reader, which is AssemblyScript, into src/aws/answer-reader.ts and src/kinds/word-reader.ts. The
// compiler takes 100 MB, and is needed for nothing else: it is no dependency, but installed by
// `npm install --no-save assemblyscript@0.28.20`.

import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** The two modules, which share a memory: the file that each begins with, and what is made of it. */
const modules = [
  { entry: 'items.ts', made: 'src/aws/answer-reader.ts', name: 'answerReader', level: '-O3' },
  // With more it is a third longer, and takes as long.
  { entry: 'words.ts', made: 'src/kinds/word-reader.ts', name: 'wordReader', level: '-O2' },
]

/** The texts of the sources, by their names. */
export function readSources() {
  const folder = new URL('./answer-reader/', import.meta.url)
  const names = readdirSync(folder).sort()
  return new Map(names.map((name) => [name, readFileSync(new URL(name, folder), 'utf8')]))
}

/** What the made files say they are made of. */
export function digestOf(sources) {
  const hash = createHash('sha256')
  for (const [name, text] of sources) hash.update(`${name}\0${text}\0`)
  return hash.digest('base64url').slice(0, 16)
}

/** Where the files are made that `compileAnswerReader` gives. */
export const madeFiles = modules.map(({ made }) => made)

/** The files that are made, by their paths; null if there is no compiler. Throws what the compiler says. */
export async function compileAnswerReader(sources) {
  const compiler = await import('assemblyscript/asc').catch((error) => {
    if (error.code === 'ERR_MODULE_NOT_FOUND') return null
    throw error
  })
  if (!compiler) return null
  const made = new Map()
  for (const module of modules) made.set(module.made, await compile(compiler, sources, module))
  return made
}

async function compile(compiler, sources, { entry, name, level }) {
  const written = new Map()
  const memory = ['--importMemory', '--initialMemory', '5']
  const options = ['--runtime', 'stub', '--enable', 'simd', level, '--noAssert', ...memory]
  const { error, stderr } = await compiler.main([entry, ...options, '--outFile', 'module.wasm'], {
    // A decorator of a function is not TypeScript: a comment stands for it.
    readFile: (name) => sources.get(name)?.replaceAll(/^\/\/ inline$/gm, '// @ts-ignore\n@inline') ?? null,
    writeFile: (name, contents) => void written.set(name, contents),
    listFiles: () => [],
  })
  if (error) throw new Error(`${error.message}\n${stderr}`)
  const module = Buffer.from(written.get('module.wasm')).toString('base64')
  return (
    '/** WebAssembly in base64, which .tools/compile-answer-reader.mjs made of .tools/answer-reader: ' +
    `${digestOf(sources)}. */\nexport const ${name} =\n  '${module}'\n`
  )
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const made = await compileAnswerReader(readSources())
  if (made === null) throw new Error('There is no compiler: npm install --no-save assemblyscript@0.28.20')
  for (const [path, text] of made) writeFileSync(new URL(`../${path}`, import.meta.url), text)
}
