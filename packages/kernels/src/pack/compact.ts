/**
 * @file Packed weights as small as their numbers allow, for files: what comes from int8, uint8 or float16 is stored as it, and a
 * loader makes the same bits of it. Nothing is rounded: what does not come out the same is stored as it is.
 */
import { decodeFloat16, encodeFloat16 } from '@sepconv/tensor';
import { type Layout, packedFloats } from '../plan/layout.js';
import type { Plan } from '../plan/plan.js';
import { lanes } from '../plan/sizes.js';
import { panelsOf } from './panels.js';

/** How a piece of the image is stored, behind a header of three int32: the kind and two numbers. */
export const storedKinds = {
  /** Bytes as they are: their number. */
  raw: 0,
  /** Rows and columns: for each column a scale and a zero point, float32, then a byte for each number, `(byte − zero) · scale`. */
  bytes: 1,
  /** Numbers as float16: how many. */
  halves: 2,
  /** 16-bit integers as bytes: how many, and what is added to each. */
  pairs: 3,
} as const;

/** Rows of words of four bytes in a panel: its biases, its weights, and what may come behind. */
interface Matrix {
  /** First word of the weights. */
  readonly at: number;
  readonly rows: number;
  readonly width: number;
  readonly isPairs: boolean;
}

/** Panels of so many channels in words, one behind the other: a row of biases, rows of weights, and rows behind. */
function panelsOfSteps(
  { channels, step }: { readonly channels: number; readonly step: number },
  rows: number,
  { behind = 0, times = 1, isPairs = false },
): Matrix[] {
  const matrices: Matrix[] = [];
  let to = 0;
  for (let first = 0; first < channels; first += step) {
    const width = Math.ceil(Math.min(step, channels - first) / lanes) * lanes * times;
    matrices.push({ at: to + width, rows, width, isPairs });
    to += (rows + 1 + behind) * width;
  }
  return matrices;
}

/** Where the weights of a layout lie, as far as they may be smaller. */
function matricesOf(layout: Layout): Matrix[] {
  switch (layout.kind) {
    case 'gemm': {
      let start = 0;
      return layout.products.flatMap((product) => {
        const from = start;
        start += packedFloats(product);
        return panelsOf(product).map(({ to, width }) => ({
          at: from + to + width,
          rows: product.rows,
          width,
          isPairs: false,
        }));
      });
    }
    case 'depthwise': {
      return panelsOfSteps(layout, layout.taps, { times: layout.multiplier });
    }
    case 'integer-gemm': {
      if (layout.isBytes) return [];
      const { groups, columns, panelColumns, taps, depth, ratios } = layout;
      const rows = taps * Math.ceil(depth / 2);
      const behind = ratios === undefined ? 0 : 1;
      return panelsOf({ groups, columns, panelColumns, rows: rows + behind }).map(({ to, width }) => ({
        at: to + width,
        rows,
        width,
        isPairs: true,
      }));
    }
    case 'integer-depthwise': {
      const { window, ratios } = layout;
      const behind = ratios === undefined ? 0 : 1;
      return panelsOfSteps(layout, Math.ceil(window[0] / 2) * window[1], { behind, isPairs: true });
    }
    default:
      return [];
  }
}

const mostSteps = 255;

/** Neighbours of a number in float32, itself first. */
function near(value: number): readonly number[] {
  const floats = Float32Array.of(value);
  const bits = new Uint32Array(floats.buffer);
  return [-1, 0, 1].map((ulps) => {
    const moved = new Uint32Array([(bits[0] as number) + ulps]);
    return new Float32Array(moved.buffer)[0] as number;
  });
}

/** Whether every number is a whole number of scales, to the bit, no two of them more than 255 apart. */
function stepsOf(numbers: Float32Array, scale: number): { readonly zero: number } | undefined {
  let [least, most] = [0, 0];
  for (const number of numbers) {
    // Without the sign of a zero, which a byte does not keep.
    const steps = Math.round(number / scale) + 0;
    if (!Number.isFinite(steps) || !Object.is(Math.fround(steps * scale), number)) return undefined;
    least = Math.min(least, steps);
    most = Math.max(most, steps);
    if (most - least > mostSteps) return undefined;
  }
  return { zero: -least };
}

/** The scale that a column's numbers are multiples of: the least of them, or a part of it. */
function scaleOf(numbers: Float32Array): { readonly scale: number; readonly zero: number } | undefined {
  let least = Number.POSITIVE_INFINITY;
  for (const number of numbers) if (number !== 0) least = Math.min(least, Math.abs(number));
  if (least === Number.POSITIVE_INFINITY) return { scale: 1, zero: 0 };
  if (!Number.isFinite(least)) return undefined;
  for (let part = 1; part <= mostSteps; part++) {
    for (const scale of near(Math.fround(least / part))) {
      const found = scale > 0 ? stepsOf(numbers, scale) : undefined;
      if (found !== undefined) return { scale, ...found };
    }
  }
  return undefined;
}

/** Bytes of a piece: its header, and what follows up to a whole word. */
function piece(kind: number, a: number, b: number, payload: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(12 + Math.ceil(payload.length / 4) * 4);
  new Int32Array(bytes.buffer, 0, 3).set([kind, a, b]);
  bytes.set(payload, 12);
  return bytes;
}

function asBytes(words: Float32Array, rows: number, width: number): Uint8Array | undefined {
  const payload = new Uint8Array(8 * width + rows * width);
  const heads = new Float32Array(payload.buffer, 0, 2 * width);
  for (let column = 0; column < width; column++) {
    const numbers = Float32Array.from({ length: rows }, (_, row) => words[row * width + column] as number);
    const found = scaleOf(numbers);
    if (found === undefined) return undefined;
    heads[column] = found.scale;
    heads[width + column] = found.zero;
    numbers.forEach((number, row) => {
      payload[8 * width + row * width + column] = Math.round(number / found.scale) + found.zero;
    });
  }
  return piece(storedKinds.bytes, rows, width, payload);
}

function asHalves(words: Float32Array): Uint8Array | undefined {
  const halves = new Uint16Array(words.length);
  for (let i = 0; i < words.length; i++) {
    const half = encodeFloat16(words[i] as number);
    if (!Object.is(decodeFloat16(half), words[i]) || Number.isNaN(words[i])) return undefined;
    halves[i] = half;
  }
  return piece(storedKinds.halves, words.length, 0, new Uint8Array(halves.buffer));
}

function asPairs(words: Int16Array): Uint8Array | undefined {
  let [least, most] = [0, 0];
  for (const word of words) {
    least = Math.min(least, word);
    most = Math.max(most, word);
  }
  if (most - least > mostSteps) return undefined;
  return piece(
    storedKinds.pairs,
    words.length,
    least,
    Uint8Array.from(words, (word) => word - least),
  );
}

/** A matrix as something smaller than it is, if it comes out the same. */
function smaller(image: ArrayBuffer, at: number, { rows, width, isPairs }: Matrix): Uint8Array | undefined {
  const count = rows * width;
  if (isPairs) return asPairs(new Int16Array(image, at, 2 * count));
  const words = new Float32Array(image, at, count);
  return asBytes(words, rows, width) ?? asHalves(words);
}

function joined(pieces: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0));
  let to = 0;
  for (const each of pieces) {
    bytes.set(each, to);
    to += each.length;
  }
  return bytes;
}

/** The weights of a plan, packed into `image`, as pieces one behind the other. */
export function compactWeights(plan: Plan, image: ArrayBuffer): Uint8Array {
  const found = new Map<number, Matrix>();
  for (const { operands, addresses } of plan.steps) {
    operands.forEach((operand, index) => {
      if (operand.kind !== 'weights') return;
      for (const matrix of matricesOf(operand.layout)) {
        found.set((addresses[index] as number) + 4 * matrix.at, matrix);
      }
    });
  }
  const end = plan.weightsAddress + plan.weightBytes;
  const pieces: Uint8Array[] = [];
  let at = plan.weightsAddress;
  const raw = (to: number): void => {
    if (to > at) pieces.push(piece(storedKinds.raw, to - at, 0, new Uint8Array(image, at, to - at)));
    at = to;
  };
  for (const [address, matrix] of [...found].sort(([a], [b]) => a - b)) {
    const stored = matrix.rows > 0 ? smaller(image, address, matrix) : undefined;
    const bytes = 4 * matrix.rows * matrix.width;
    if (stored === undefined || stored.length >= bytes || address < at) continue;
    raw(address);
    pieces.push(stored);
    at = address + bytes;
  }
  raw(end);
  return joined(pieces);
}
