import { contentOf, copyBytes, sizeOf } from './bytes'
import { makeRoom, top, writeTo } from './memory'

/** Writes elements of JSONB as JSON: their texts and numbers stand there as JSON writes them. */
export function putJson(begin: usize, end: usize): void {
  putElements(begin, end, false)
}

function putElements(begin: usize, end: usize, isObject: bool): void {
  let isName: bool = isObject
  let element = begin
  while (element < end) {
    if (element > begin) putByte(isObject && !isName ? 0x3a : 0x2c)
    isName = !isName
    const content = contentOf(element)
    const next = content + sizeOf(element)
    putElement(<u32>load<u8>(element) & 15, content, next)
    element = next
  }
}

function putElement(type: u32, content: usize, end: usize): void {
  if (type === 11 || type === 12) {
    putByte(type === 11 ? 0x5b : 0x7b)
    putElements(content, end, type === 12)
    putByte(type === 11 ? 0x5d : 0x7d)
  } else if (type < 3) putWord(type)
  else {
    const isText = type > 5
    if (isText) putByte(0x22)
    const length = end - content
    makeRoom(length)
    copyBytes(top, content, length)
    writeTo(top + length)
    if (isText) putByte(0x22)
  }
}

/** null, true or false. */
function putWord(type: u32): void {
  makeRoom(8)
  const word = type === 0 ? 0x6c6c756e : type === 1 ? 0x65757274 : 0x736c6166
  store<u32>(top, word)
  store<u8>(top, 0x65, 4)
  writeTo(top + (type === 2 ? 5 : 4))
}

function putByte(byte: u32): void {
  makeRoom(1)
  store<u8>(top, byte)
  writeTo(top + 1)
}
