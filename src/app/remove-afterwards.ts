import { spawn } from 'node:child_process'

/**
 * Has a temporary file removed as soon as this process has ended, however it did: a shell of its own session waits for
 * the end of a pipe, which the system closes then. Without a shell the file stays after a sudden end.
 */
export function removeAfterwards(file: string): void {
  const script = 'read -r _; exec rm -f -- "$1"'
  const waiting = spawn('/bin/sh', ['-c', script, 'sh', file], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
    cwd: '/',
    env: { PATH: '/usr/bin:/bin' },
  })
  waiting.on('error', () => {})
  waiting.stdin.on('error', () => {})
  waiting.unref()
  // A pipe of a child is a socket, which its type does not say.
  if ('unref' in waiting.stdin && typeof waiting.stdin.unref === 'function') waiting.stdin.unref()
}
