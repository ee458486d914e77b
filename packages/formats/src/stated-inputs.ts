import { quote, refuse } from './errors.js';

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
