import { describe, expect, test } from 'vitest'
import { makeMfaCodes } from '../../src/app/mfa-codes.ts'
import { never } from '../aws/wire.ts'

const device = (serial: string, refused = 0) => ({ serial, profile: 'p', refused })
const codesOf = (...words: string[]) => makeMfaCodes(words, { keyboard: null, err: () => {} })

describe('--mfa-code', () => {
  test('a code without a serial goes to the first device that asks, and to no other', async () => {
    const codes = codesOf('123456')
    expect(codes.takeCode(device('a'))).toBe('123456')
    expect(codes.takeCode(device('a'))).toBe('123456')
    expect(codes.takeCode(device('b'))).toBeNull()
    await expect(codes.ask(device('b'), never)).rejects.toMatchObject({ fault: { code: 'MfaRequired' } })
  })

  test('several devices have a code each; the last = separates device and code', () => {
    const codes = codesOf('arn:aws:iam::1:mfa/a=b=111111', 'c=222222', '333333')
    expect(codes.takeCode(device('c'))).toBe('222222')
    expect(codes.takeCode(device('arn:aws:iam::1:mfa/a=b'))).toBe('111111')
    expect(codes.takeCode(device('d'))).toBe('333333')
  })

  test('a refused code is not given again', async () => {
    const codes = codesOf('123456')
    expect(codes.takeCode(device('a', 1))).toBeNull()
    await expect(codes.ask(device('a', 1), never)).rejects.toMatchObject({ fault: { code: 'MfaRefused' } })
  })
})
