/** @file What a segmenter's output says of the pixels of an image. */
import { VisionError } from './errors.js';
import type { InputSize, PreparedImage } from './prepare.js';

/** A map of numbers, `[H, W, C]`. */
export interface ClassMap {
  readonly data: Float32Array;
  readonly height: number;
  readonly width: number;
  readonly classes: number;
}

/**
 * An output as a map, with the classes inside, whether the file has them first or last: the map has the input's proportions.
 *
 * @throws {VisionError} when it is no map.
 */
export function classMapOf(
  shape: readonly number[],
  data: Float32Array,
  input: InputSize,
  name: string,
): ClassMap {
  const [batch, a = 0, b = 0, c = 0] = shape.length === 3 ? [...shape, 1] : shape;
  // How far a map of these sides is from the input's proportions.
  const off = (height: number, width: number): number =>
    height < 1 || width < 1 ? Infinity : Math.abs(height / width - input.height / input.width) * width;
  const least = Math.min(off(a, b), off(b, c));
  if (batch === 1 && shape.length > 2 && shape.length < 5 && least < 2) {
    if (off(a, b) === least) return { data, height: a, width: b, classes: c };
    const pixels = b * c;
    const inside = data.map((_, i) => data[(i % a) * pixels + Math.floor(i / a)] as number);
    return { data: inside, height: b, width: c, classes: a };
  }
  throw new VisionError(
    `the output of "${name}" is ${shape.join('×')}, no map of a ${input.height}×${input.width} input: it is no segmenter`,
  );
}

/** Logits become probabilities: of several classes by a softmax, of one by the logistic function. */
export function toProbabilities(map: ClassMap): ClassMap {
  const { data, classes } = map;
  if (classes === 1) return { ...map, data: data.map((value) => 1 / (1 + Math.exp(-value))) };
  const result = new Float32Array(data.length);
  for (let i = 0; i < data.length; i += classes) {
    const own = data.subarray(i, i + classes);
    const largest = own.reduce((most, value) => Math.max(most, value), -Infinity);
    const powers = own.map((value) => Math.exp(value - largest));
    const sum = powers.reduce((total, value) => total + value, 0);
    result.set(
      powers.map((value) => value / sum),
      i,
    );
  }
  return { ...map, data: result };
}

interface Between {
  readonly lower: number;
  readonly upper: number;
  readonly share: number;
}

/** Between which cells of a map the pixels of an image lie, along one axis. */
function along(count: number, cells: number, inputSide: number, scale: number, offset: number): Between[] {
  return Array.from({ length: count }, (_, i) => {
    const inInput = (i + 0.5) * scale + offset;
    const at = Math.max(0, Math.min(cells - 1, (inInput * cells) / inputSide - 0.5));
    const lower = Math.floor(at);
    return { lower, upper: Math.min(cells - 1, lower + 1), share: at - lower };
  });
}

/**
 * Visits every pixel of the image, row by row, with the values of its classes: those of the four nearest cells of the map, mixed. The array is
 * the same for all pixels.
 */
export function forEachPixel(
  { data, height, width, classes }: ClassMap,
  input: InputSize,
  { placement, ...image }: Pick<PreparedImage, 'placement' | 'width' | 'height'>,
  visit: (pixel: number, values: Float32Array) => void,
): void {
  const rows = along(image.height, height, input.height, placement.scaleY, placement.top);
  const columns = along(image.width, width, input.width, placement.scaleX, placement.left);
  const values = new Float32Array(classes);
  let pixel = 0;
  for (const row of rows) {
    for (const column of columns) {
      for (let c = 0; c < classes; c++) {
        const at = (y: number, x: number): number => data[(y * width + x) * classes + c] as number;
        const mixed = (y: number): number =>
          at(y, column.lower) + column.share * (at(y, column.upper) - at(y, column.lower));
        values[c] = mixed(row.lower) + row.share * (mixed(row.upper) - mixed(row.lower));
      }
      visit(pixel++, values);
    }
  }
}
