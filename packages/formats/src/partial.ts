/** @file Reading a part of a file: up to a node, or all but what cannot be read. */
import { DamagedFileError, FormatError, quote, refuse } from './errors.js';
import type { ImportedValue, LeftNode } from './imported-network.js';

/** What of a file is read when not all of it can be. */
export class Parts {
  /** What is left out, in the order of the file. */
  readonly left: LeftNode[] = [];
  readonly #isPartial: boolean;

  constructor(isPartial = false) {
    this.#isPartial = isPartial;
  }

  /** Whether nodes may be left out. */
  get isPartial(): boolean {
    return this.#isPartial;
  }

  /**
   * Reads one node. In a partial read, one that cannot be read is left out instead of refusing the file.
   *
   * @returns whether it was read.
   * @throws what `read` throws, unless the read is partial; a damaged file always.
   */
  attempt(node: Omit<LeftNode, 'why'>, read: () => void): boolean {
    if (!this.#isPartial) {
      read();
      return true;
    }
    try {
      read();
      return true;
    } catch (error) {
      if (!(error instanceof FormatError) || error instanceof DamagedFileError) throw error;
      this.left.push({ ...node, why: error.message });
      return false;
    }
  }
}

/** Names that somebody may have meant. */
function similar(name: string, known: readonly string[]): readonly string[] {
  const wanted = name.toLowerCase();
  const last = wanted.split('/').at(-1) ?? wanted;
  const near = known.filter((one) => {
    const text = one.toLowerCase();
    return text.includes(last) || wanted.includes(text);
  });
  return (near.length > 0 ? near : known).slice(0, 5);
}

/** Refuses to read up to a node that the file does not have. */
export function refuseUntil(name: string, known: readonly string[]): never {
  refuse(
    `the file has no node ${quote(name)} to read up to; there are ${known.length}, among them ${similar(name, known).map(quote).join(', ')}`,
  );
}

/** The file's values that are values of the graph, in the file's order. */
export function placedValues(
  values: Iterable<readonly [fileName: string, value: ImportedValue]>,
  graph: {
    readonly inputs: readonly { readonly name: string }[];
    readonly nodes: readonly { readonly outputs: readonly string[] }[];
  },
): ReadonlyMap<string, ImportedValue> {
  const known = new Set([
    ...graph.inputs.map(({ name }) => name),
    ...graph.nodes.flatMap(({ outputs }) => outputs),
  ]);
  const placed = new Map<string, ImportedValue>();
  for (const [fileName, value] of values) {
    // Two values of one name could not be told apart by it.
    if (known.has(value.name) && !placed.has(fileName)) placed.set(fileName, value);
  }
  return placed;
}
