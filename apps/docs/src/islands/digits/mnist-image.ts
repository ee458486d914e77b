/**
 * @file From a drawing to an image as MNIST has them: the digit scaled so that its longer side is 20 pixels, and placed with its
 * centre of mass in the middle of 28×28 (LeCun et al. 1998, section III.A). The network has seen no others.
 */
import { imageToTensor, type Pixels } from '@sepconv/tensor';

/** Side of the network's image. */
export const side = 28;
const inkSide = 20;
/** Bytes from here on are ink; below is the soft edge of a stroke. */
const inkFrom = 16;

/** A grey image, one byte a pixel, 0 where nothing is drawn. */
export interface Drawing {
  readonly data: Uint8Array;
  readonly width: number;
  readonly height: number;
}

interface Box {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** Where the ink is; `undefined` when there is none. */
function inkBox({ data, width, height }: Drawing): Box | undefined {
  let [left, top, right, bottom] = [width, height, -1, -1];
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      if (data[y * width + x]! < inkFrom) continue;
      left = Math.min(left, x);
      right = Math.max(right, x);
      top = Math.min(top, y);
      bottom = Math.max(bottom, y);
    }
  }
  return right < 0 ? undefined : { left, top, width: right - left + 1, height: bottom - top + 1 };
}

function cut({ data, width }: Drawing, box: Box): Pixels {
  const cutOut = new Uint8Array(box.width * box.height);
  for (let y = 0; y < box.height; y++) {
    const start = (box.top + y) * width + box.left;
    cutOut.set(data.subarray(start, start + box.width), y * box.width);
  }
  return { data: cutOut, width: box.width, height: box.height };
}

/** The centre of mass along both sides, in pixels. */
function centreOf(data: ArrayLike<number>, width: number, height: number): { x: number; y: number } {
  let [sum, x, y] = [0, 0, 0];
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      const ink = data[row * width + column]!;
      sum += ink;
      x += ink * (column + 0.5);
      y += ink * (row + 0.5);
    }
  }
  return { x: x / sum, y: y / sum };
}

/** The drawing as 28×28 bytes; `undefined` when nothing is drawn. */
export function mnistImage(drawing: Drawing): Uint8Array | undefined {
  const box = inkBox(drawing);
  if (box === undefined) return undefined;
  const scale = inkSide / Math.max(box.width, box.height);
  const width = Math.max(1, Math.round(box.width * scale));
  const height = Math.max(1, Math.round(box.height * scale));
  const { data } = imageToTensor(cut(drawing, box), {
    crop: false,
    size: { height, width },
    normalize: false,
    channels: 1,
  });
  const centre = centreOf(data, width, height);
  const place = (middle: number, extent: number): number =>
    Math.min(Math.max(Math.round(side / 2 - middle), 0), side - extent);
  const [left, top] = [place(centre.x, width), place(centre.y, height)];
  const image = new Uint8Array(side * side);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      image[(top + y) * side + left + x] = Math.min(255, Math.max(0, Math.round(data[y * width + x]!)));
    }
  }
  return image;
}
