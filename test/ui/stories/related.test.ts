import { expect, test } from 'vitest'
import { machine } from '../../commands/in-process.ts'
import { open, sizes } from '../terminal.ts'
import { cursorLine, hides, idsIn, options, places, shows } from './story.ts'

const kinds = 'instances,volumes,subnets,vpcs,security-groups,network-interfaces'

test.each(sizes)(
  'at $name, one goes from a resource to all that belongs to it, and back the same way',
  async ({ size }) => {
    const on = await machine(options)
    expect((await on.muster('sync', '--kind', kinds)).code).toBe(0)
    const answer = async (...words: string[]) =>
      JSON.parse((await on.muster('query', ...words, '--offline', '--output', 'json')).out)
    const run = open(on, size)
    const { first } = places(size)
    await shows(run, '[60]')

    // A group leads to its rows, a row to its resource, and esc back to the same place.
    const groups: readonly { State: string; Count: number }[] = await answer('by-state')
    const { State: state = '', Count: count = 0 } = groups[1] ?? {}
    run.type(':query by-state\r')
    await shows(run, 'Count')
    await run.press('j', 'enter')
    await shows(run, `[${count}] </State=${state}>`)
    await run.press('esc')
    await shows(run, 'by-state(')
    await run.until(() => cursorLine(run, size).text.includes(state), 'the cursor on the group')

    // A row of an expression without an id.
    const [, second] = await answer(
      'Reservations[].Instances[].{Type: InstanceType, Launched: LaunchTime, Id: InstanceId}',
    )
    run.type(':query Reservations[].Instances[].[InstanceType,LaunchTime]\r')
    await shows(run, second.Launched)
    await run.press('j', 'enter')
    await shows(run, new RegExp(`^InstanceId +${second.Id}`))
    expect(run.lines()[0]).toContain(second.Id)

    // From an instance to a volume, to the table of what belongs to a VPC, and back.
    const [instance] = await answer('Reservations[].Instances[?length(BlockDeviceMappings)>`0`][] | [:1]')
    const volume: string = instance.BlockDeviceMappings[0].Ebs.VolumeId
    run.type(`:find ${instance.InstanceId}\r`)
    const found = JSON.parse((await on.muster('find', instance.InstanceId, '--output', 'json')).out)
    await shows(run, new RegExp(`Find ${instance.InstanceId}\\(.*\\)\\[${found.length}\\]`))
    await shows(run, /^instances +i-\w+/)
    await run.press('enter')
    await shows(run, `${instance.InstanceId} 1/`)
    await shows(run, 'Mentions')
    await run.until(() => run.lines().some((line) => line.includes(volume)), 'the volume among the mentions')
    await chooseLink((text) => text.includes(volume))
    expect(chosenText()).toContain(volume)
    await run.press('enter')
    await shows(run, new RegExp(`^VolumeId +${volume}`))
    await shows(run, 'Mentioned by')
    await run.press('[')
    await shows(run, `${instance.InstanceId} `)
    await hides(run, new RegExp(`^VolumeId +${volume}`))
    await run.press(']')
    await shows(run, new RegExp(`^VolumeId +${volume}`))
    await run.press('esc', 'esc')
    await shows(run, `Find ${instance.InstanceId}(`)

    // Search in a page, and YAML of the same resource.
    await run.press('enter')
    await shows(run, 'Mentions')
    await run.press('/', ...'httptokens')
    await shows(run, /HttpTokens +(optional|required)/)
    await run.press('enter')
    await shows(run, 'n next, N before')
    await run.press('esc', 'y')
    await shows(run, `Architecture: ${instance.Architecture}`)
    expect(run.lines()[0]).toContain('as YAML')
    await run.press('esc')
    await shows(run, /HttpTokens +(optional|required)/)

    // Everything that mentions a VPC, as its page counts it.
    run.type(`:find ${instance.VpcId}\r`)
    await shows(run, /^vpcs +vpc-/)
    await run.press('g', 'enter')
    await shows(run, new RegExp(`^VpcId +${instance.VpcId}`))
    await shows(run, 'Mentioned by')
    const inVpc: readonly unknown[] = await answer('--filter', `VpcId=${instance.VpcId}`)
    await shows(run, new RegExp(`Instances ${inVpc.length}$|Instances ${inVpc.length}\\b`))
    await chooseLink((text) => /Instances \d/.test(text))
    await run.press('enter')
    await shows(run, `[${inVpc.length}] </VpcId=${instance.VpcId}>`)
    expect(idsIn(run.lines().slice(first)).length).toBe(Math.min(inVpc.length, size[1] - 4))
    expect(run.beyond().join('')).toBe('')
    await run.press('esc')
    await shows(run, 'Mentioned by')

    /** Goes down until the link under the cursor is the one that is meant. */
    async function chooseLink(isMeant: (text: string) => boolean) {
      for (let pressed = 0; pressed < 20 && !isMeant(chosenText()); pressed += 1) {
        const before = chosenText()
        await run.press('j')
        await run.until(() => chosenText() !== before, 'another link')
      }
    }

    /** The text of the link under the cursor: what is inverse in the body. */
    function chosenText(): string {
      const [columns, rows] = size
      for (let row = first; row < rows - 2; row += 1) {
        const cells = Array.from({ length: columns }, (_, column) => run.cell(row, column))
        const text = cells
          .filter(({ inverse }) => inverse)
          .map((cell) => cell.text || ' ')
          .join('')
        if (text.trim() !== '') return text
      }
      return ''
    }
  },
)
