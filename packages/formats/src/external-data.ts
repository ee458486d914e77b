/** @file Files beside a model, as whoever reads the model gives them. */

/** Gives the bytes of a file by its path relative to the model's folder, with `/`; `undefined` when there is none. */
export type ExternalData = ReadonlyMap<string, Uint8Array> | ((location: string) => Uint8Array | undefined);

/** The bytes of one of the files. */
export function externalBytes(files: ExternalData, location: string): Uint8Array | undefined {
  return typeof files === 'function' ? files(location) : files.get(location);
}
