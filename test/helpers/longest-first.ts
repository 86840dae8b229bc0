import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** Short files that build and install for half a minute, most of which they wait for the disk or npm's registry. */
const long = /\/test\/packaging\//
/** What tests whole commands, endpoints, screens and syncs, and short files that run through much. */
const whole =
  /\/test\/(commands|demo|screens|sync|ui\/stories)\/|\/(plan|examples|sso-thousand|read-answer|source-pairs)\.test\.ts$/

/** The order of the files: what takes longest first, so that the end does not wait for one; then the largest, as ever. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files)
    const placeOf = ({ moduleId }: TestSpecification) =>
      long.test(moduleId) ? 0 : whole.test(moduleId) ? 1 : 2
    return sorted.toSorted((a, b) => placeOf(a) - placeOf(b))
  }
}
