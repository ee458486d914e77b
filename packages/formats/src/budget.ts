import { elementCount, formatShape, type Shape } from '@sepconv/tensor';
import { refuse } from './errors.js';

const defaultMaxElements = 2 ** 28;

/** Four-bit weights grow eightfold on the way to float32; the rest is room for copies in another layout. */
const perByte = 32;

/** More dimensions than any model has; messages print shapes, and must stay readable. */
export const maxRank = 16;

/**
 * What a file may cost. A few bytes can ask for gigabytes, by a large shape or by pointing at the same data again and
 * again; so every allocation that a file causes is charged here first, against a limit that grows with the file.
 */
export class Budget {
  #fileBytes: number;
  readonly #maxElements: number;
  #left: number;
  /** What values of the network may still add to what constants may take, so that the worst file stays bounded. */
  #credit = 2 ** 28;

  constructor(fileBytes: number, maxElements = defaultMaxElements) {
    this.#fileBytes = fileBytes;
    this.#maxElements = maxElements;
    this.#left = 16 * 2 ** 20 + perByte * fileBytes;
  }

  /** Counts another file of the same model. */
  addFile(bytes: number): void {
    this.#fileBytes += bytes;
    this.#left += perByte * bytes;
  }

  /** Books `bytes` that are about to be allocated for `what`. */
  charge(bytes: number, what: string): void {
    this.#left -= bytes;
    if (!(this.#left >= 0)) {
      refuse(
        `${what} needs ${bytes} bytes, with which the weights outgrow by far what a file of ${this.#fileBytes} bytes can hold: the file is damaged or made to exhaust memory`,
      );
    }
  }

  /**
   * Checks that the network may have a value of this shape. Constants that are made at load, such as grids of positions, grow
   * with the images and not with the file: they may take as much as the values that the network computes.
   */
  checkValue(shape: Shape, what: string): void {
    this.checkShape(shape, what);
    const more = Math.min(this.#credit, 8 * elementCount(shape));
    this.#credit -= more;
    this.#left += more;
  }

  /** Checks that a tensor of this shape may exist. */
  checkShape(shape: Shape, what: string): void {
    if (shape.length > maxRank) {
      refuse(`${what} has ${shape.length} dimensions, but at most ${maxRank} are supported`);
    }
    shape.forEach((dimension, axis) => {
      if (!Number.isInteger(dimension) || dimension < 1) {
        refuse(
          `${what} has the shape ${formatShape(shape)}, but dimension ${axis} must be an integer of at least 1, not ${dimension}`,
        );
      }
    });
    const count = elementCount(shape);
    if (!(count <= this.#maxElements)) {
      refuse(
        `${what} has the shape ${formatShape(shape)}, ${count} elements, but at most ${this.#maxElements} are allowed: raise the option maxElements if you trust the file`,
      );
    }
  }
}
