import { execFileSync } from 'node:child_process'
import { expect, test } from 'vitest'
import { compile } from '../../src/jmespath/compile.ts'
import { JmespathError } from '../../src/jmespath/jmespath-errors.ts'
import type { Json } from '../../src/model.ts'
import { casesOf, counted } from '../helpers/long-runs.ts'
import { awsCli1, awsCli2, pyenvRoot } from '../output/aws-formatters.ts'
import { below, random } from './fleet.ts'
import { anyWords, randomDocument, randomExpression } from './random-expressions.ts'

const python = (awsCli1 ?? awsCli2)?.python

const count = casesOf(20_000)

test.skipIf(!python)(
  `${counted(count)} random expressions are answered as the AWS CLI's own jmespath.py answers them${python ? '' : ' (skipped: no AWS CLI whose Python can be asked)'}`,
  () => {
    const next = random(20261124)
    const documents = Array.from({ length: 200 }, () => randomDocument(next))
    const cases = Array.from({ length: count }, (): Case => {
      return [below(next, documents.length), randomExpression(next, anyWords, 1 + below(next, 4))]
    }).filter(([, expression]) => isComparable(expression))
    const theirs = askPython({ documents, cases })
    const ours = cases.map(([place, expression]) => answer(expression, documents[place] ?? null))
    const different = cases.flatMap(([place, expression], index) => {
      const [given, expected] = [ours[index], theirs[index]]
      const same = expected === 'a Python error' ? typeof given === 'string' : alike(given, expected)
      return same ? [] : [{ expression, document: documents[place], given, expected }]
    })
    expect(different).toEqual([])
    expect(ours.filter((given) => typeof given !== 'string' && given.result !== null).length).toBeGreaterThan(
      count / 4,
    )
    expect(ours.filter((given) => typeof given === 'string').length).toBeGreaterThan(count / 10)
  },
)

type Case = readonly [document: number, expression: string]
/** A result, or the class of an error. */
type Outcome = { readonly result: Json } | string

/** Python writes `2.0` for an average and an address for an expression: no other engine can. */
function isComparable(expression: string): boolean {
  return !expression.includes('to_string') || !/&|avg|to_number|ceil|floor/.test(expression)
}

function alike(given: Outcome | undefined, expected: Outcome | undefined): boolean {
  return JSON.stringify(given, special) === JSON.stringify(expected)
}

/** JSON has no NaN and no infinity. */
function special(_: string, value: unknown): unknown {
  return typeof value === 'number' && !Number.isFinite(value) ? String(value) : value
}

function answer(expression: string, document: Json): Outcome {
  try {
    return { result: compile(expression).search(document) }
  } catch (error) {
    if (error instanceof JmespathError) return error.kind
    throw error
  }
}

function askPython(request: {
  readonly documents: readonly Json[]
  readonly cases: readonly Case[]
}): Outcome[] {
  const env = { PATH: process.env.PATH, PYENV_ROOT: pyenvRoot }
  const options = { input: JSON.stringify(request), env, maxBuffer: 1 << 28, encoding: 'utf8' } as const
  return JSON.parse(execFileSync(python ?? '', ['-c', judge], options)) as Outcome[]
}

const judge = `
import json, math, sys
import jmespath
from jmespath import exceptions
from jmespath.visitor import _Expression

request = json.load(sys.stdin)

def plain(value):
    if isinstance(value, _Expression):
        raise exceptions.JMESPathTypeError('', '', '', '')
    if isinstance(value, float) and not math.isfinite(value):
        return 'NaN' if math.isnan(value) else 'Infinity' if value > 0 else '-Infinity'
    if isinstance(value, list):
        return [plain(item) for item in value]
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    return int(value) if isinstance(value, float) and value.is_integer() and abs(value) < 2 ** 53 else value

def answer(place, expression):
    try:
        return {'result': plain(jmespath.search(expression, request['documents'][place]))}
    except exceptions.UnknownFunctionError:
        return 'unknown-function'
    except exceptions.ArityError:
        return 'arity'
    except exceptions.JMESPathTypeError:
        return 'type'
    except exceptions.ParseError:
        return 'syntax'
    except ValueError:
        return 'value'
    except (TypeError, OverflowError):
        return 'a Python error'

json.dump([answer(*case) for case in request['cases']], sys.stdout)
`
