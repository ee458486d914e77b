/** @file Files beside a model, as whoever reads the model gives them. */

/**
 * Gives the bytes of a file by its path relative to the model's folder, with `/`; `undefined` when there is none. `isOptional` says
 * that the model does without it.
 */
export type ExternalData =
  | ReadonlyMap<string, Uint8Array>
  | ((location: string, isOptional: boolean) => Uint8Array | undefined);

/** The bytes of one of the files. */
export function externalBytes(
  files: ExternalData,
  location: string,
  isOptional = false,
): Uint8Array | undefined {
  return typeof files === 'function' ? files(location, isOptional) : files.get(location);
}
