/** @file The bytes of weights that lie in files beside the model: given by whoever reads it, checked here. */
import type { Budget } from '../budget.js';
import { plainBytes } from '../bytes.js';
import { DamagedFileError, quote, refuse } from '../errors.js';
import { type ExternalData, externalBytes } from '../external-data.js';
import { insteadOf } from '../foreign-files.js';
import { storedBytes } from './constant.js';
import { externalPlace, isInside, plainLocation } from './external-place.js';
import { nestedGraphs, type OnnxModel, type StoredTensor } from './model.js';

/** The files that a model names besides its own, each once, in the order of their first use. */
export function externalLocations(model: OnnxModel): string[] {
  const tensors = [...nestedGraphs(model)].flatMap(({ initializers, nodes }) => {
    const attributes = nodes.flatMap((node) => [...node.attributes.values()]);
    return [...initializers.values(), ...attributes.map(({ tensor }) => tensor)];
  });
  const locations = tensors.flatMap((tensor) => tensor?.external?.get('location') ?? []);
  return [...new Set(locations.map(plainLocation))].filter(isInside);
}

/** The external files of one import: each is asked for once, and only when a tensor in it is needed. */
export class ExternalFiles {
  readonly #given: ExternalData;
  readonly #budget: Budget;
  readonly #known = new Map<string, Uint8Array>();

  constructor(given: ExternalData = new Map(), budget: Budget) {
    this.#given = given;
    this.#budget = budget;
  }

  #open(location: string, what: string): Uint8Array {
    const known = this.#known.get(location);
    if (known !== undefined) return known;
    const found = externalBytes(this.#given, location);
    if (found === undefined) {
      refuse(
        `${what} lies in the file ${quote(location)}, which is not there: it belongs beside the model, and its bytes into the option externalData`,
      );
    }
    const bytes = plainBytes(found);
    this.#known.set(location, bytes);
    this.#budget.addFile(bytes.length);
    return bytes;
  }

  /** The tensor with its bytes, wherever they are. */
  resolve(stored: StoredTensor): StoredTensor {
    if (stored.external === undefined) return stored;
    const what = `the tensor ${quote(stored.name)}`;
    const { location, offset, length = storedBytes(stored) } = externalPlace(stored.external, what);
    const file = this.#open(location, what);
    if (offset + length > file.length) {
      throw new DamagedFileError(
        `${what} is at bytes ${offset} to ${offset + length} of ${quote(location)}, but that file has ${file.length} bytes${insteadOf(file)}`,
      );
    }
    const { external: _, ...rest } = stored;
    return { ...rest, raw: file.subarray(offset, offset + length) };
  }
}
