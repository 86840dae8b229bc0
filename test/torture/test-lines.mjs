// A reporter for vitest that says at once what became of each test and of each file, in lines of JSON: what a run that is
// ended by its time did before is known too.
import { appendFileSync } from 'node:fs'

export default class TestLines {
  onTestCaseResult(test) {
    const { state, errors = [] } = test.result()
    write({ file: test.module.relativeModuleId, name: test.fullName, state, error: errors[0]?.message ?? '' })
  }

  onTestModuleEnd(module) {
    const [error] = module.errors()
    write({ file: module.relativeModuleId, name: null, state: module.state(), error: error?.message ?? '' })
  }
}

function write(line) {
  appendFileSync(process.env.TEST_LINES, `${JSON.stringify(line)}\n`)
}
