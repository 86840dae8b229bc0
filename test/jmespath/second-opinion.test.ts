import { search } from 'jmespath'
import { expect, test } from 'vitest'
import { compile } from '../../src/jmespath/compile.ts'
import { fleet, random } from './fleet.ts'

const plain = [
  'Reservations[].Instances[].InstanceId',
  'Reservations[*].Instances[*].InstanceId',
  'Reservations[].Instances[].[InstanceId, InstanceType, State.Name]',
  "Reservations[].Instances[].{Id: InstanceId, Name: Tags[?Key=='Name'].Value | [0]}",
  "Reservations[].Instances[?State.Name=='running'][].InstanceId",
  "Reservations[].Instances[?State.Name!='running' && EbsOptimized].InstanceId",
  "Reservations[].Instances[?Tags[?Key=='Env' && Value=='prod']][].InstanceId",
  'sort_by(Reservations[].Instances[], &LaunchTime)[].InstanceId',
  'sort(Reservations[].Instances[].InstanceType)',
  'length(Reservations[].Instances[])',
  'sum(Reservations[].Instances[].CpuOptions.CoreCount)',
  'Reservations[0].Instances[0]',
  'Reservations[].Instances[] | [-1].InstanceId',
  'Reservations[].Instances[].State.*',
  'Reservations[::2].ReservationId',
  'map(&Tags[0], Reservations[].Instances[])',
  "join(', ', Reservations[].Instances[].InstanceId)",
]

test.each(plain)('%s gives what the stock jmespath package gives', (expression) => {
  const next = random(42)
  const compiled = compile(expression)
  for (let round = 0; round < 50; round += 1) {
    const document = { Reservations: fleet(next) }
    expect(compiled.search(document)).toEqual(search(document, expression))
  }
})
