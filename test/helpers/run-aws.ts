import { spawn } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { AwsCli } from './aws-clis.ts'
import type { Ended } from './launch.ts'
import { temporaryFolder } from './temporary.ts'

type Server = (request: object, done: (code: number) => void, failed: (error: Error) => void) => void

const servers = new Map<string, Server>()

/**
 * Runs an AWS CLI to its end in a process and a session of its own, with exactly this environment and in its HOME. To
 * load the AWS CLI takes Python half a second: one process loads it for the test file, and each run is a fork of that.
 */
export async function runAws(
  { python }: AwsCli,
  words: readonly string[],
  env: Readonly<Record<string, string | undefined>> & { readonly HOME: string },
  input = '',
): Promise<Ended> {
  const folder = temporaryFolder()
  writeFileSync(join(folder, 'in'), input)
  const server = servers.get(python) ?? startServer(python)
  servers.set(python, server)
  const code = await new Promise<number>((resolve, reject) => server({ words, env, folder }, resolve, reject))
  const read = (name: string) => readFileSync(join(folder, name), 'utf8')
  return { code, signal: null, out: read('out'), err: read('err') }
}

/** The server ends when its standard input does, at the end of this process. */
function startServer(python: string): Server {
  const child = spawn(python, ['-c', program], {
    cwd: tmpdir(),
    // botocore looks for its folders in the HOME in which it is loaded: this one is where each run is.
    env: { PATH: process.env.PATH, HOME: '.', PYTHONUTF8: '1' },
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  child.unref()
  const waiting = new Map<number, { done: (code: number) => void; failed: (error: Error) => void }>()
  createInterface(child.stdout).on('line', (line) => {
    const [id, code] = JSON.parse(line) as [number, number]
    waiting.get(id)?.done(code)
    waiting.delete(id)
  })
  child.once('exit', (code) => {
    servers.delete(python)
    for (const { failed } of waiting.values()) failed(new Error(`the AWS CLI’s process ended with ${code}`))
  })
  let requests = 0
  return (request, done, failed) => {
    requests += 1
    waiting.set(requests, { done, failed })
    child.stdin.write(`${JSON.stringify({ ...request, id: requests })}\n`)
  }
}

const program = `
import gc, json, os, signal, sys, traceback
given = dict(os.environ)
import awscli.clidriver, awscli.handlers
# The AWS CLI names the folder of its data in a variable when it is loaded.
own = {name: value for name, value in os.environ.items() if given.get(name) != value}

def run(words, env, folder):
    os.setsid()
    for number, name, flags in [(0, 'in', os.O_RDONLY), (1, 'out', os.O_WRONLY), (2, 'err', os.O_WRONLY)]:
        os.dup2(os.open(os.path.join(folder, name), flags | os.O_CREAT, 0o600), number)
    sys.stdin, sys.stdout, sys.stderr = [
        open(number, mode, encoding='utf-8') for number, mode in [(0, 'r'), (1, 'w'), (2, 'w')]]
    os.environ.clear()
    os.environ.update({**env, **own})
    os.chdir(env['HOME'])
    sys.argv = ['aws', *words]
    try:
        sys.exit(awscli.clidriver.main())
    except SystemExit as end:
        return end.code or 0
    except BaseException:
        traceback.print_exc()
        return 1
    finally:
        sys.stdout.flush()
        sys.stderr.flush()

gc.freeze()
signal.signal(signal.SIGCHLD, signal.SIG_IGN)
for line in sys.stdin:
    asked = json.loads(line)
    if os.fork() == 0:
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        child = os.fork()
        if child == 0:
            os._exit(run(asked['words'], asked['env'], asked['folder']))
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        os.write(1, (json.dumps([asked['id'], code]) + '\\n').encode())
        os._exit(0)
`
