import { quote, refuse } from './errors.js';

/** @throws {FormatError} when options are no object. */
export function expectOptions<Options extends object>(options: Options): Options {
  if (typeof options === 'object' && options !== null) return options;
  return refuse(`options must be an object, such as { fileName }, but are ${quote(String(options))}`);
}
