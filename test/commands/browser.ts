import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'

/**
 * A program for $BROWSER that notes the address it is given, and, with a word, follows that link on the page and
 * every redirect: a browser whose user answers at once.
 */
export function browserAt(folder: string, word: 'Allow' | 'Refuse' | null) {
  const file = join(folder, `browser-${word}`)
  const log = `${file}.log`
  const helper = new URL('../demo/sso-browser.ts', import.meta.url).href
  const follow =
    word === null ? '' : `await (await import(${JSON.stringify(helper)})).followLink(address, '${word}')`
  writeFileSync(
    `${file}.mjs`,
    `import { appendFileSync } from 'node:fs'\nconst address = process.argv[2]\nappendFileSync(${JSON.stringify(log)}, address + '\\n')\n${follow}\n`,
  )
  writeFileSync(file, `#!/bin/sh\nexec ${process.execPath} ${file}.mjs "$@"\n`)
  chmodSync(file, 0o755)
  return {
    env: { BROWSER: file },
    /** The addresses that it was given; waits for the first, so that nothing is written after the test. */
    async addresses() {
      while (!existsSync(log)) await pause(20)
      return readFileSync(log, 'utf8').trim().split('\n')
    },
  }
}
