import { spawn } from 'node:child_process'

/**
 * Has a temporary file removed as soon as this process has ended, however it ended. A shell in a session of its own
 * waits for the end of a pipe, which the system closes then. Without a shell the file stays after a sudden end.
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
  // Node makes a child's pipe a socket; its type does not say so.
  if ('unref' in waiting.stdin && typeof waiting.stdin.unref === 'function') waiting.stdin.unref()
}
