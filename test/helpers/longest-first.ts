import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** Short files that build and install for half a minute, most of which they wait for the disk or npm's registry. */
const long = /\/test\/packaging\//

/** The order of the files: what takes longest first, so that the end does not wait for one; then the largest, as ever. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files)
    const isLong = ({ moduleId }: TestSpecification) => long.test(moduleId)
    return [...sorted.filter(isLong), ...sorted.filter((file) => !isLong(file))]
  }
}
