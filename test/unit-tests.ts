import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'

const folder = new URL('.', import.meta.url).pathname

/** Tests that start a program, a server or a terminal, that need a build, or that make up their cases at random. */
const slow =
  /import \{[^}]*\b(?:random|randomExpression|mutated)\b[^}]*\} from|from '(node:(child_process|http|https|http2|net|tls|worker_threads)|@lydell\/node-pty)'|\/demo\/(server|start)\.ts'|dist\//

/**
 * The test files, by their paths from the root, that work inside their own process alone; `npm run test:unit` runs
 * them.
 */
export function unitTests(): readonly string[] {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  return files
    .filter((name) => name.endsWith('.test.ts') && !isSlow(join(folder, name), new Set()))
    .map((name) => join('test', name))
    .sort()
}

/** Looks through the test's own helpers too. The imports from src start nothing when they are imported. */
function isSlow(path: string, seen: Set<string>): boolean {
  if (seen.has(path)) return false
  seen.add(path)
  const text = readFileSync(path, 'utf8')
  if (slow.test(text)) return true
  const imported = [...text.matchAll(/^(?:import|export)\b[^']*? from '(\.[^']+)'/gm)]
    .map(([, target = '']) => resolve(dirname(path), target))
    .filter((target) => target.startsWith(folder))
  return imported.some((target) => isSlow(target, seen))
}
