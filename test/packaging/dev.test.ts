import { cpSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { program } from '../helpers/launch.ts'
import { temporaryFolder } from '../helpers/temporary.ts'
import { shows } from '../ui/stories/story.ts'
import { openWith } from '../ui/terminal.ts'
import { copyOfCheckout, environment } from './checkout.ts'

test('npm run dev shows a change of the source on the screen, and waits when it cannot be built', async () => {
  // What `npm test` has built of these sources is current, and is not built again.
  const checkout = await copyOfCheckout((folder) => {
    cpSync(dirname(program), join(folder, 'dist'), { recursive: true })
  })
  const home = temporaryFolder()
  const title = join(checkout, 'src/ui/draw/title.ts')
  const source = readFileSync(title, 'utf8')
  const env = { ...environment, HOME: home }
  const run = openWith({ env, home }, [100, 30], {}, 'npm', ['run', '--silent', '--prefix', checkout, 'dev'])
  await shows(run, '[400]')

  writeFileSync(title, source.replace(/(return `)(\$\{what\})/, '$1changed $2'))
  await shows(run, /changed .*\[400\]/)

  writeFileSync(title, 'this is not TypeScript')
  await shows(run, 'goes on with the next change')
  writeFileSync(title, source)
  await shows(run, /^(?!.*changed).*\[400\]/)

  await run.press('q', 'y')
  expect(await run.ended).toMatchObject({ code: 0 })
})
