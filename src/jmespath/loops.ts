import { type Ast, childrenOf } from './ast.ts'
import { addStatement, addVariable, type Code, deepen, deepest, emit, makeName } from './code.ts'

/** Trees that give a list, element by element. */
export type Projection = Extract<Ast, { type: 'projection' | 'value-projection' | 'filter-projection' }>

/** What is done with the elements of a list. */
export interface Sink {
  /** Whether what `item` writes can end in a JMESPath error. */
  readonly canFail: boolean
  /** A statement before the first element, if there is a list at all. */
  readonly begin?: string
  /** Writes what is done with one element, given its variable; the statement `next` leads to the one after it. */
  readonly item: (code: Code, item: string, next: string) => void
}

/**
 * Writes loops over the list that a tree gives. A list that only serves the next step is never made, unless both can
 * fail: jmespath.py finishes a list before it goes on, so of two errors the first step's must be reported.
 */
export function writeEach(outer: Code, ast: Ast, input: string, sink: Sink): void {
  if (outer.depth >= deepest || !isList(ast) || (sink.canFail && canFail(ast))) {
    writeListLoop(outer, emit(outer, ast, input), sink)
  } else if (ast.type === 'flatten') {
    writeEachFlat(deepen(outer), ast.left, input, sink)
  } else {
    writeEachRight(deepen(outer), ast, input, sink)
  }
}

export function isProjection(ast: Ast): ast is Projection {
  return ast.type === 'projection' || ast.type === 'value-projection' || ast.type === 'filter-projection'
}

/** Whether evaluating the tree can end in a JMESPath error. */
export function canFail(ast: Ast): boolean {
  if (ast.type === 'call' || (ast.type === 'slice' && ast.step === 0)) return true
  const isOrder = ast.type === 'comparator' && ast.operator !== '==' && ast.operator !== '!='
  return isOrder || childrenOf(ast).some(canFail)
}

function isList(ast: Ast): ast is Projection | Extract<Ast, { type: 'flatten' }> {
  return isProjection(ast) || ast.type === 'flatten'
}

/** The elements of the right side that are not null. */
function writeEachRight(code: Code, ast: Projection, input: string, sink: Sink): void {
  const { right } = ast
  writeEachLeft(code, ast, input, {
    ...sink,
    canFail: sink.canFail || canFail(right),
    item: (inside, item, next) => {
      const value = emit(inside, right, item)
      addStatement(inside, `if (${value} === null) ${next}`)
      sink.item(inside, value, next)
    },
  })
}

/** The elements of the left side, those that the filter leaves. */
function writeEachLeft(code: Code, ast: Projection, input: string, sink: Sink): void {
  switch (ast.type) {
    case 'value-projection':
      writeListLoop(code, addVariable(code, `membersOf(${emit(code, ast.left, input)})`), sink)
      break
    case 'projection':
      writeEach(code, ast.left, input, sink)
      break
    case 'filter-projection': {
      const { condition } = ast
      writeEach(code, ast.left, input, {
        ...sink,
        canFail: sink.canFail || canFail(condition),
        item: (inside, item, next) => {
          inside.program.jump(inside, condition, item, false, next)
          sink.item(inside, item, next)
        },
      })
    }
  }
}

/** `left[]`: the elements of the lists in a list, and those elements that are not lists. */
function writeEachFlat(code: Code, left: Ast, input: string, sink: Sink): void {
  if (isProjection(left) && isProjection(left.right)) writeEachOfInner(code, left, left.right, input, sink)
  else {
    writeEach(code, left, input, {
      ...sink,
      item: (inside, item) => {
        const isMany = addVariable(inside, `Array.isArray(${item})`)
        const count = addVariable(inside, `${isMany} ? ${item}.length : 1`)
        writeLoop(inside, count, (place) => `${isMany} ? ${item}[${place}] ?? null : ${item}`, sink)
      },
    })
  }
}

/** Lists of lists, as of `Reservations[].Instances[?…][]`: the inner ones are not made either. */
function writeEachOfInner(code: Code, left: Projection, right: Projection, input: string, sink: Sink): void {
  const { canFail: fails, item } = sink
  writeEachLeft(code, left, input, {
    ...sink,
    canFail: fails || canFail(right),
    item: (inside, list) => writeEach(inside, right, list, { canFail: fails, item }),
  })
}

function writeListLoop(code: Code, list: string, sink: Sink): void {
  addStatement(code, `if (Array.isArray(${list})) {`)
  if (sink.begin) addStatement(code, sink.begin)
  writeLoop(code, `${list}.length`, (place) => `${list}[${place}] ?? null`, sink)
  addStatement(code, '}')
}

function writeLoop(code: Code, count: string, at: (place: string) => string, sink: Sink): void {
  const label = makeName(code, 'l')
  const place = makeName(code, 'i')
  addStatement(code, `paused(${count} + 1)`)
  addStatement(code, `${label}: for (let ${place} = 0; ${place} < ${count}; ${place} += 1) {`)
  sink.item(code, addVariable(code, at(place)), `continue ${label}`)
  addStatement(code, '}')
}
