import { formatShape, type Shape, sameShape } from '@sepconv/tensor';
import { quote, refuse } from './errors.js';
import type { ImportedNetwork } from './imported-network.js';

/**
 * Checks that what a caller says of inputs, by their names, is about inputs that the model has: a misspelt name would
 * otherwise change nothing, without a word.
 *
 * @throws {FormatError} with the names that there are.
 */
export function expectInputsNamed(stated: Readonly<Record<string, unknown>>, names: readonly string[]): void {
  for (const name of Object.keys(stated)) {
    if (names.includes(name)) continue;
    const known = names.slice(0, 20).map(quote).join(', ');
    refuse(
      `a shape is given for the input ${quote(name)}, which the model does not have; it has ${known || 'none'}`,
    );
  }
}

/**
 * What is said of inputs whose shapes the file fixes has to be true.
 *
 * @throws {FormatError} with both shapes.
 */
export function withFixedShapes(
  imported: ImportedNetwork,
  { shapes = {} }: { readonly shapes?: Readonly<Record<string, Shape>> },
): ImportedNetwork {
  expectInputsNamed(
    shapes,
    imported.inputs.map(({ name }) => name),
  );
  for (const { name, shape } of imported.inputs) {
    const stated = Object.hasOwn(shapes, name) ? shapes[name] : undefined;
    if (stated !== undefined && !sameShape(shape, stated)) {
      refuse(
        `the file fixes the shape of the input ${quote(name)} as ${formatShape(shape)}; it cannot be ${formatShape(stated)}`,
      );
    }
  }
  return imported;
}
