import { type Code, flatten, type OwnBytes, unsigned, utf8, vector } from './code.js';

/** Pages that 32-bit addresses reach: 4 GiB. */
export const mostPages = 65536;

/** A function of a module: how many 32-bit parameters it takes, and its encoded body. It returns nothing. */
interface ModuleFunction {
  readonly parameterCount: number;
  readonly body: Code;
}

const section = (id: number, content: Code): Code => {
  const bytes = flatten(content);
  return [id, unsigned(bytes.length), bytes];
};

/**
 * A WebAssembly module under construction. It imports one memory, `environment.memory`, and its functions take 32-bit
 * integers and return nothing.
 */
export class ModuleBuilder {
  readonly #functions: ModuleFunction[] = [];
  readonly #exports: { readonly name: string; readonly index: number }[] = [];

  /** Appends a function and returns its index, by which others call it. */
  add(parameterCount: number, body: Code, exportName?: string): number {
    const index = this.#functions.push({ parameterCount, body }) - 1;
    if (exportName !== undefined) this.export(exportName, index);
    return index;
  }

  /** Exports a function under a name; it may have several. */
  export(name: string, index: number): void {
    this.#exports.push({ name, index });
  }

  /** The module's bytes; `pages` of 64 KiB is the least memory that it accepts, `isShared` whether threads share it. */
  encode(pages: number, isShared = false): OwnBytes {
    const counts = [...new Set(this.#functions.map(({ parameterCount }) => parameterCount))];
    const types = counts.map((count) => [0x60, vector(Array.from({ length: count }, () => 0x7f)), 0]);
    // Shared memory has to name the most that it accepts, too.
    const limits = isShared ? [0x03, unsigned(pages), unsigned(mostPages)] : [0x00, unsigned(pages)];
    const memoryImport = [utf8('environment'), utf8('memory'), 0x02, limits];
    const exports = this.#exports.map(({ name, index }) => [utf8(name), 0x00, unsigned(index)]);
    const code: Code = [
      [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
      section(1, vector(types)),
      section(2, vector([memoryImport])),
      section(
        3,
        vector(this.#functions.map(({ parameterCount }) => unsigned(counts.indexOf(parameterCount)))),
      ),
      section(7, vector(exports)),
      section(10, vector(this.#functions.map(({ body }) => body))),
    ];
    return flatten(code);
  }
}
