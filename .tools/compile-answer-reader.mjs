// Compiles .tools/answer-reader, which is AssemblyScript, into src/aws/answer-reader.ts. The compiler takes 100 MB, and is
// needed for nothing else: it is no dependency, but installed by `npm install --no-save assemblyscript@0.28.20`.

import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const made = new URL('../src/aws/answer-reader.ts', import.meta.url)

/** The texts of the sources, by their names. */
export function readSources() {
  const folder = new URL('./answer-reader/', import.meta.url)
  const names = readdirSync(folder).sort()
  return new Map(names.map((name) => [name, readFileSync(new URL(name, folder), 'utf8')]))
}

/** What the file in src/aws says it is made of. */
export function digestOf(sources) {
  const hash = createHash('sha256')
  for (const [name, text] of sources) hash.update(`${name}\0${text}\0`)
  return hash.digest('base64url').slice(0, 16)
}

/** The file in src/aws; null if there is no compiler. Throws what the compiler says. */
export async function compileAnswerReader(sources) {
  const compiler = await import('assemblyscript/asc').catch((error) => {
    if (error.code === 'ERR_MODULE_NOT_FOUND') return null
    throw error
  })
  if (!compiler) return null
  const written = new Map()
  const options = ['--runtime', 'stub', '--enable', 'simd', '-O3', '--noAssert', '--initialMemory', '5']
  const { error, stderr } = await compiler.main(['items.ts', ...options, '--outFile', 'module.wasm'], {
    // A decorator of a function is not TypeScript: a comment stands for it.
    readFile: (name) => sources.get(name)?.replaceAll(/^\/\/ inline$/gm, '// @ts-ignore\n@inline') ?? null,
    writeFile: (name, contents) => void written.set(name, contents),
    listFiles: () => [],
  })
  if (error) throw new Error(`${error.message}\n${stderr}`)
  const module = Buffer.from(written.get('module.wasm')).toString('base64')
  return (
    '/** WebAssembly in base64, which .tools/compile-answer-reader.mjs made of .tools/answer-reader: ' +
    `${digestOf(sources)}. */\nexport const answerReader =\n  '${module}'\n`
  )
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const text = await compileAnswerReader(readSources())
  if (text === null) throw new Error('There is no compiler: npm install --no-save assemblyscript@0.28.20')
  writeFileSync(made, text)
}
