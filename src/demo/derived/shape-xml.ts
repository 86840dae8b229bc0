import { escapeXml, xmlTime } from '../xml.ts'
import type { MadeMembers, MadeValue } from './make-item.ts'
import type { Shape } from './schema-shapes.ts'

/** What an element holds for a value of that shape, as the SDK reads it. */
export function shapeXml(shape: Shape, value: MadeValue): string {
  switch (shape.type) {
    case 'structure':
      return shape.members
        .map(({ name, element, readShape }) => {
          const member = (value as MadeMembers)[name]
          return member === undefined ? '' : `<${element}>${shapeXml(readShape(), member)}</${element}>`
        })
        .join('')
    case 'list':
      return (value as readonly MadeValue[])
        .map((entry) => `<${shape.element}>${shapeXml(shape.readEntry(), entry)}</${shape.element}>`)
        .join('')
    case 'time':
      return xmlTime((value as Date).getTime())
    case 'bytes':
      return Buffer.from(value as Uint8Array).toString('base64')
    default:
      return escapeXml(String(value))
  }
}
