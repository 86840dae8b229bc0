import { mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs'
import { registerHooks, stripTypeScriptTypes } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { getEnvironmentData, isMainThread, setEnvironmentData, threadId } from 'node:worker_threads'

// Node removes the types of a TypeScript file anew in each thread that loads it, for which each thread loads a compiler
// first: two thirds of the time that a thread of muster's takes to start. Here each file is stripped once for the run.

// The run's; a thread may be given an environment that names no temporary directory.
const key = 'temporary directory of the tests'
if (isMainThread) setEnvironmentData(key, tmpdir())
const directory = getEnvironmentData(key) ?? tmpdir()
const folder = join(directory, 'stripped')
const sources = new URL('../../src/', import.meta.url).href

registerHooks({
  load(url, context, next) {
    if (!url.startsWith(sources) || !url.endsWith('.ts')) return next(url, context)
    const source = (!isMainThread && readBundle(url)) || readStripped(new URL(url))
    return { format: 'module', source, shortCircuit: true }
  },
})

/** What a thread is started with, bundled (thread-bundles.ts); null if it is not, or if there are no bundles. */
function readBundle(url) {
  if (!url.endsWith('-thread.ts')) return null
  try {
    return readFileSync(join(directory, 'threads', url.slice(sources.length).replace(/ts$/, 'js')))
  } catch {
    return null
  }
}

function readStripped(url) {
  const { mtimeMs } = statSync(url)
  const file = join(folder, `${url.href.slice(sources.length).replaceAll('/', '-')}-${mtimeMs}.js`)
  try {
    return readFileSync(file)
  } catch {
    const stripped = stripTypeScriptTypes(readFileSync(url, 'utf8'))
    mkdirSync(folder, { recursive: true })
    // Another thread may read it at this moment.
    const unfinished = `${file}.${process.pid}.${threadId}`
    writeFileSync(unfinished, stripped)
    renameSync(unfinished, file)
    return stripped
  }
}
