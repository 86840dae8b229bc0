import { describe, expect, test } from 'vitest'
import { makeInputSplitter } from '../../src/ui/keys/split-input.ts'

const esc = '\u001b[27u'

/** What Ink gets of these reads, and of a while in which nothing more came. */
function split(...reads: readonly string[]): string {
  const splitter = makeInputSplitter()
  const out = reads.map((text) => splitter.push(text)).join('')
  return splitter.isWaiting() ? out + splitter.flush() : out
}

describe('what a terminal sends', () => {
  test.each([
    ['esc and a letter in one read are two keys', ['\u001by'], `${esc}y`],
    ['so they are in two reads', ['\u001b', 'y'], `${esc}y`],
    ['esc and enter', ['\u001b\r'], `${esc}\r`],
    ['esc and a control key', ['\u001b\u0012'], `${esc}\u0012`],
    ['esc twice', ['\u001b\u001b'], esc + esc],
    ['esc and an arrow', ['\u001b\u001b[A'], `${esc}\u001b[A`],
    ['esc and O, and P', ['\u001bO', '\u001bP'], `${esc}O${esc}P`],
    ['keys before and after', ['jj\u001bkk'], `jj${esc}kk`],
    ['a lone esc', ['\u001b'], esc],
    ['a sequence in one read', ['\u001b[1;2C\u001b[5~\u001bOA'], '\u001b[1;2C\u001b[5~\u001bOA'],
    ['a sequence in three reads', ['\u001b', '[1;', '2C'], '\u001b[1;2C'],
    ['rxvt’s shift keys', ['\u001b[5$j'], '\u001b[5$j'],
    ['letters of any script', ['東京\u001bя'], `東京${esc}я`],
  ])('%s', (_, reads, expected) => {
    expect(split(...reads)).toBe(expected)
  })

  test.each([
    ['the colour of the background', '\u001b]11;rgb:1e1e/1e1e/2e2e\u001b\\'],
    ['the same as xterm ends it', '\u001b]11;rgb:1e1e/1e1e/2e2e\u0007'],
    ['the clipboard', '\u001b]52;c;cTtx\u0007'],
    ['its name', '\u001bP>|XTerm(390)\u001b\\'],
    ['a setting', '\u001bP1$r0m\u001b\\'],
    ['a picture’s number', '\u001b_Gi=31;OK\u001b\\'],
  ])('is no key if it answers a question: %s, however it is cut into reads', (_, reply) => {
    for (let at = 1; at < reply.length; at += 1)
      expect(split('j', reply.slice(0, at), `${reply.slice(at)}k`), `cut at ${at}`).toBe('jk')
    expect(split(`j${reply}k`)).toBe('jk')
    expect(split(`${reply}${reply}`)).toBe('')
  })

  test('a reply that never ends swallows no later key', () => {
    const splitter = makeInputSplitter()
    expect(splitter.push('\u001b]11;rgb:1e')).toBe('')
    expect([splitter.flush(), splitter.push('q')]).toEqual(['', 'q'])
  })

  test('a paste stays as it is, whatever it holds and however it is cut', () => {
    const paste = '\u001b[200~one\u001by\r\ntwo\u001b]11;x\u0007\u001b[201~'
    for (let at = 1; at < paste.length; at += 1)
      expect(split(paste.slice(0, at), `${paste.slice(at)}\u001bj`), `cut at ${at}`).toBe(`${paste}${esc}j`)
  })
})
