/** @file Files beside an ONNX model that hold its weights. */
import { existsSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { dirname, join, sep } from 'node:path';
import { DataError, printable } from './errors.js';
import { maximumBytes, reasonOf } from './files.js';
import { rememberInput } from './inputs.js';

/**
 * A function that reads files in a model's folder, by their paths relative to it. The reader of the format has checked that
 * the paths do not leave the folder; here links are followed, and must not leave it either.
 */
export function filesBeside(
  model: string,
): (location: string, isOptional: boolean) => Uint8Array | undefined {
  return (location, isOptional) => {
    const path = join(dirname(model), location);
    const label = `the file "${printable(path)}", which holds weights of the model,`;
    if (isOptional && !existsSync(path)) return undefined;
    try {
      const folder = realpathSync(dirname(model));
      const real = realpathSync(path);
      if (!real.startsWith(folder.endsWith(sep) ? folder : folder + sep)) {
        throw new DataError(`${label} is a link out of the model's folder: put the file itself there`);
      }
      const stats = statSync(real, { bigint: true });
      if (!stats.isFile()) throw new DataError(`${label} is not a regular file`);
      if (stats.size > maximumBytes) {
        throw new DataError(`${label} has ${stats.size} bytes, but at most ${maximumBytes} are read`);
      }
      rememberInput(path, stats);
      return readFileSync(real);
    } catch (error) {
      if (error instanceof DataError) throw error;
      throw new DataError(`${label} cannot be read: ${reasonOf(error)}`, { cause: error });
    }
  };
}
