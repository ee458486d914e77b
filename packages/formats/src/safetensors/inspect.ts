import { quote } from '../errors.js';
import { countParameters, type Inspection, unsupportedKind } from '../inspection.js';
import { storedTypes } from './dtypes.js';
import { readLayout } from './layout.js';

/** What the types of the format are called elsewhere in this library. */
const typeNames: ReadonlyMap<string, string> = new Map([
  ...[...storedTypes.keys()].map((type) => {
    const bits = type.slice(1);
    const kind = type.startsWith('F') ? 'float' : type.startsWith('U') ? 'uint' : 'int';
    return [type, `${kind}${bits}`] as const;
  }),
  ['BF16', 'bfloat16'],
  ['BOOL', 'bool'],
]);

/** The most texts that are shown; the file may hold any number. */
const maxTexts = 20;

/**
 * Tells what a safetensors file holds, from its header alone: weights by name, and no network.
 *
 * @throws {FormatError} when the bytes are no safetensors file, or contradict themselves.
 *
 * @example
 * const { parameters } = inspectSafetensors(await readFile('model.safetensors'));
 */
export function inspectSafetensors(bytes: Uint8Array): Inspection {
  const { entries, metadata } = readLayout(bytes);
  const stored = countParameters(
    entries.map(({ name, dtype, shape, begin, end }) => ({
      name,
      type: typeNames.get(dtype) ?? dtype.slice(0, 20),
      shape,
      bytes: end - begin,
    })),
  );
  const foreign = entries.filter(({ dtype }) => !storedTypes.has(dtype));
  return {
    format: 'safetensors',
    details: [...[...metadata].slice(0, maxTexts)],
    inputs: [],
    outputs: [],
    ops: [],
    parameters: stored.parameters,
    unsupported: [
      ...unsupportedKind(
        'tensors of another type',
        foreign.map(({ name }) => name),
        `the type ${quote(foreign[0]?.dtype ?? '')} cannot be read; supported are ${[...storedTypes.keys()].join(', ')}`,
      ),
      ...stored.unsupported,
    ],
  };
}
