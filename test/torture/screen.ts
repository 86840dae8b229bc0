import { program } from '../helpers/launch.ts'
import { soak } from '../ui/soak.ts'
import { type Part, wrongs } from './part.ts'
import { withSides } from './sides.ts'
import { makeWorld } from './world.ts'

/** Keys of the whole, in so many screens with seeds of their own. */
const whole = 10_000
const screens = 4

/**
 * Random keys on the screen, with sizes and syncs between them: it always shows what it shows when it is drawn anew, and in
 * the end what a new start shows.
 */
export const screen: Part = ({ seed, share, deadline, report }) =>
  withSides({ accounts: 4, regions: 3 }, [900], async ([side]) => {
    const wrong = wrongs(report)
    const keys = Math.ceil((whole / screens) * share)
    let pressed = 0
    for (let nth = 0; nth < screens && side; nth += 1) {
      if (performance.now() > deadline) {
        wrong.addLate(`screen ${nth}`)
        continue
      }
      const world = makeWorld(side.fleet, () => side.url)
      try {
        await world.start(['sync']).ended
        const { home, env } = world
        const on = { program, home, env, seed: seed * 100 + nth, look: 250, report }
        const done = await soak({ ...on, keys, deadline })
        wrong.add(...done.wrong)
        pressed += done.pressed
        if (done.pressed < keys) wrong.addLate(`${keys - done.pressed} keys of screen ${nth}`)
      } finally {
        world.close()
      }
    }
    return { figures: [['random keys on the screen', pressed]], wrong: wrong.lines, late: wrong.late }
  })
