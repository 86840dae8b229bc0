import { execFileSync } from 'node:child_process'
import type { Json } from '../../src/model.ts'
import { type AwsCli, pyenvRoot } from '../helpers/aws-clis.ts'

export { type AwsCli, awsCli1, awsCli2, pyenvRoot } from '../helpers/aws-clis.ts'

/** A question to an AWS CLI's formatters: what do these expressions over this document print? */
export interface Questions {
  readonly document: Json
  readonly expressions: readonly string[]
  readonly formats: readonly string[]
}

/**
 * What the AWS CLI's own formatters print, one list for each expression and in it one text for each format; null
 * if the AWS CLI fails. One process answers everything: `aws` itself takes half a second a call.
 */
export function askFormatters(
  { python }: AwsCli,
  questions: Questions,
): readonly (readonly (string | null)[])[] {
  const env = { PATH: process.env.PATH, PYTHONIOENCODING: 'utf8', PYENV_ROOT: pyenvRoot }
  const input = JSON.stringify(questions)
  return JSON.parse(execFileSync(python, ['-c', judge], { input, encoding: 'utf8', env, maxBuffer: 1 << 28 }))
}

const judge = `
import io, json, sys
from types import SimpleNamespace
import jmespath
from awscli.formatter import get_formatter

asked = json.load(sys.stdin)

def printed(expression, name):
    query = jmespath.compile(expression)
    out = io.StringIO()
    try:
        arguments = SimpleNamespace(query=query, color='auto', output=name)
        get_formatter(name, arguments)('DescribeInstances', asked['document'], out)
    except (AttributeError, LookupError, TypeError, ValueError):
        return None
    return out.getvalue()

json.dump([[printed(e, f) for f in asked['formats']] for e in asked['expressions']], sys.stdout)
`
