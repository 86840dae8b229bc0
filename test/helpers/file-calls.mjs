// Loaded before a program (NODE_OPTIONS=--import): writes down every call that changes a file below a folder, in
// order, and does something just before one of them. The calls themselves are the real ones.
import fs from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'
import { isMainThread } from 'node:worker_threads'

const { log, within, before = null, inThread = false } = JSON.parse(process.env.FILE_CALLS)
const real = { ...fs }
const paths = new Map()
let count = 0

function seen(call, path, to = '') {
  if (isMainThread === Boolean(inThread) || !String(path).startsWith(within)) return
  count += 1
  if (before && (before.call === call || before.nth === count)) act()
  real.appendFileSync(log, `${JSON.stringify([call, String(path), ...(to ? [String(to)] : [])])}\n`)
}

function act() {
  if (before.writes) real.writeFileSync(before.writes.file, before.writes.text)
  if (before.lasts) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, before.lasts)
  for (const signal of before.signals ?? []) process.kill(process.pid, signal)
  if (before.fails)
    throw Object.assign(new Error(`${before.fails}: as on another file system`), { code: before.fails })
}

fs.openSync = (path, flags, ...more) => {
  if (flags !== undefined && flags !== 'r') seen('open', path)
  const handle = real.openSync(path, flags, ...more)
  paths.set(handle, path)
  return handle
}
fs.closeSync = (handle) => {
  paths.delete(handle)
  return real.closeSync(handle)
}
const byHandle = { writeSync: 'write', fsyncSync: 'fsync', fchmodSync: 'chmod' }
for (const [name, call] of Object.entries(byHandle)) {
  fs[name] = (handle, ...more) => {
    seen(call, paths.get(handle) ?? '')
    return real[name](handle, ...more)
  }
}
const byPath = {
  renameSync: 'rename',
  linkSync: 'link',
  writeFileSync: 'write in place',
  appendFileSync: 'write in place',
  createWriteStream: 'write in place',
  truncateSync: 'write in place',
  copyFileSync: 'copy',
}
for (const [name, call] of Object.entries(byPath)) {
  fs[name] = (path, ...more) => {
    seen(call, path, call === 'rename' || call === 'link' ? more[0] : '')
    return real[name](path, ...more)
  }
}
fs.promises.writeFile = () => {
  throw new Error('not watched: fs.promises.writeFile')
}
fs.promises.open = fs.promises.writeFile
syncBuiltinESMExports()
