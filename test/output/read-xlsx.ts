import { execFileSync } from 'node:child_process'

/** A sheet as Python's zipfile and XML parser read it. */
export interface ReadSheet {
  readonly name: string
  /** Rows of cells by their columns; times as `time:` and their ISO 8601. */
  readonly rows: readonly (readonly unknown[])[]
  readonly frozen: string | null
  readonly filter: string | null
  /** References of cells that hold a formula. */
  readonly formulas: readonly string[]
  /** References of cells that stay text when somebody edits them. */
  readonly quoted: readonly string[]
}

/** Reads a workbook as ECMA-376 describes it. Python checks the sums of the archive. */
export function readXlsx(file: string): readonly ReadSheet[] {
  const text = execFileSync('python3', ['-c', script, file], { encoding: 'utf8', maxBuffer: 1e9 })
  return JSON.parse(text) as ReadSheet[]
}

const script = `
import sys, json, re, zipfile, datetime
import xml.etree.ElementTree as ET
m = '{http://schemas.openxmlformats.org/spreadsheetml/2006/main}'
r = '{http://schemas.openxmlformats.org/officeDocument/2006/relationships}'
z = zipfile.ZipFile(sys.argv[1])
assert z.testzip() is None
names = z.namelist()
assert names[0] == '[Content_Types].xml', names
types = {e.get('PartName') for e in ET.fromstring(z.read(names[0])) if e.get('PartName')}
assert types == {'/' + n for n in names if n.startswith('xl/') and not n.endswith('.rels')}, types
def unescape(t): return re.sub('_x([0-9A-Fa-f]{4})_', lambda x: chr(int(x[1], 16)), t)
styles = ET.fromstring(z.read('xl/styles.xml'))
codes = {f.get('numFmtId'): f.get('formatCode') for f in styles.iter(m + 'numFmt')}
xfs = list(styles.find(m + 'cellXfs'))
dated = ['yy' in codes.get(x.get('numFmtId'), '') for x in xfs]
quoted = [x.get('quotePrefix') == '1' for x in xfs]
targets = {e.get('Id'): e.get('Target') for e in ET.fromstring(z.read('xl/_rels/workbook.xml.rels'))}
def column(ref):
    n = 0
    for c in re.match('[A-Z]+', ref)[0]: n = n * 26 + ord(c) - 64
    return n - 1
def value(c):
    v = c.find(m + 'v')
    kind = c.get('t')
    if kind == 'inlineStr': return unescape(''.join(t.text or '' for t in c.iter(m + 't')))
    if kind == 'b': return v.text == '1'
    if dated[int(c.get('s') or 0)]:
        at = datetime.datetime(1899, 12, 30) + datetime.timedelta(milliseconds=round(float(v.text) * 86400000))
        return 'time:' + at.isoformat(timespec='milliseconds')
    return float(v.text) if re.search('[.eE]', v.text) else int(v.text)
out = []
for s in ET.fromstring(z.read('xl/workbook.xml')).find(m + 'sheets'):
    root = ET.fromstring(z.read('xl/' + targets[s.get(r + 'id')]))
    rows, seen, marked = [], [], []
    for row in root.find(m + 'sheetData'):
        while len(rows) < int(row.get('r')) - 1: rows.append([])
        cells = []
        for c in row:
            assert re.sub('[A-Z]+', '', c.get('r')) == row.get('r')
            while len(cells) < column(c.get('r')): cells.append(None)
            cells.append(value(c))
            if c.find(m + 'f') is not None: seen.append(c.get('r'))
            if quoted[int(c.get('s') or 0)]: marked.append(c.get('r'))
        rows.append(cells)
    pane = next(root.iter(m + 'pane'), None)
    filt = root.find(m + 'autoFilter')
    out.append({'name': s.get('name'), 'rows': rows, 'frozen': None if pane is None else pane.get('topLeftCell'),
        'filter': None if filt is None else filt.get('ref'), 'formulas': seen, 'quoted': marked})
sys.stdout.write(json.dumps(out))
`
