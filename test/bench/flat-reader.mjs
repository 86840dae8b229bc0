// What a query is measured beside: a small program that reads a flat SQLite file and prints what it finds. Plain
// JavaScript, so that Node has no types to strip. Words: the file, and what to read: `make CACHE` makes the file from a
// cache of muster's.
import Sqlite from 'better-sqlite3'

const [file = '', what = '', ...words] = process.argv.slice(2)
const columns = [
  'Name',
  'InstanceId',
  'InstanceType',
  'State',
  'AccountName',
  'Region',
  'PrivateIpAddress',
  'PublicIpAddress',
  'LaunchTime',
]
const widths = [32, 19, 16, 13, 16, 14, 15, 15, 25]
const db = new Sqlite(file, { readonly: what !== 'make' })

const programs = {
  make,
  row: () => [`${db.prepare('SELECT * FROM flat WHERE InstanceId = ?').raw().get(words[0])?.join(',')}\n`],
  table: () =>
    rows((row) => row.map((cell, place) => String(cell ?? '-').padEnd(widths[place] ?? 0)).join('  ')),
  csv: () => rows((row) => row.map((cell) => cell ?? '').join(',')),
  documents: () => db.prepare("SELECT json_pretty(body, '    ') || ',' FROM document").pluck().iterate(),
  text: () => db.prepare('SELECT id FROM search WHERE text LIKE ?').pluck().iterate(`%${words[0]}%`),
}

let piece = ''
for (const line of programs[what]()) {
  piece += line
  if (piece.length < 65_536) continue
  await write(piece)
  piece = ''
}
await write(piece)
db.close()

function* rows(format) {
  const statement = db.prepare(`SELECT ${columns.join(', ')} FROM flat`).raw()
  for (const row of statement.iterate()) yield `${format(row)}\n`
}

function write(text) {
  return new Promise((resolve) => process.stdout.write(text, resolve))
}

function make() {
  db.prepare('ATTACH ? AS cache').run(words[0])
  db.exec(`CREATE TABLE flat (${columns.join(', ')});
    INSERT INTO flat SELECT ${columns.join(', ')} FROM cache.instances;
    CREATE UNIQUE INDEX flat_id ON flat (InstanceId);
    CREATE TABLE document (n INTEGER PRIMARY KEY, body BLOB);
    INSERT INTO document SELECT resource_id, body FROM cache.document;
    CREATE TABLE search (id, text);
    INSERT INTO search SELECT r._id, s.text FROM cache.search s JOIN cache.row_instances r ON r._row = s.resource_id`)
  return [`${db.prepare('SELECT max(InstanceId) FROM flat').pluck().get()}\n`]
}
