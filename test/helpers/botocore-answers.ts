/**
 * Python for programs that hand on what botocore reads: `plain` makes JSON of its values (times are ms since 1970, bytes
 * base64), and `paths` gives every member of a shape by its path, each shape at most `times` times inside itself.
 */
export function botocoreAnswers(times: number): string {
  return `
import base64, datetime, json, sys

def plain(value):
    if isinstance(value, datetime.datetime):
        return round(value.timestamp() * 1000)
    return base64.b64encode(value).decode()

def paths(shape, path, within):
    if shape.type_name == 'list':
        yield from paths(shape.member, path, within)
    if shape.type_name == 'structure' and within.count(shape.name) < ${times}:
        for name, member in shape.members.items():
            yield '.'.join(path + [name])
            yield from paths(member, path + [name], within + [shape.name])
`
}
