/** A memory that modules share. When it grows, V8 makes another buffer of it. */
export interface ModuleMemory {
  readonly buffer: ArrayBuffer
  grow(pages: number): number
}

interface WebAssemblyOfNode {
  readonly Memory: new (size: { readonly initial: number }) => ModuleMemory
  readonly Module: new (bytes: Uint8Array) => object
  readonly Instance: new (module: object, imports: object) => { readonly exports: object }
}

/** Undefined with `node --jitless`. */
declare const WebAssembly: WebAssemblyOfNode | undefined

/** A page of memory, in bytes. */
export const pageSize = 65_536

/** So much memory do the modules of .tools/answer-reader have at first. */
const firstPages = 5

/** Memory for modules; null where there is no WebAssembly. */
export function makeModuleMemory(): ModuleMemory | null {
  return typeof WebAssembly === 'undefined' ? null : new WebAssembly.Memory({ initial: firstPages })
}

/**
 * What a module in base64 exports, over a memory. Null where there is no WebAssembly, or none with vectors, as on
 * processors from before 2008.
 */
export function startModule(code: string, memory: ModuleMemory, imports: object): object | null {
  if (typeof WebAssembly === 'undefined') return null
  try {
    // V8 knows the bytes again of a module that is in use, and does not compile them anew.
    const module = new WebAssembly.Module(Buffer.from(code, 'base64'))
    return new WebAssembly.Instance(module, { ...imports, env: { memory } }).exports
  } catch {
    return null
  }
}

/** Whether a memory has so many bytes, or has been given them. */
export function hasRoom(memory: ModuleMemory, size: number): boolean {
  const more = size - memory.buffer.byteLength
  try {
    if (more > 0) memory.grow(Math.ceil(more / pageSize))
    return true
  } catch {
    return false
  }
}
