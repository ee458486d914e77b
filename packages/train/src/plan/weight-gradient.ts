/**
 * @file Planning of the gradients of every matrix product's weight, a matrix product itself: of the transposed input with
 * the output's gradient, summed over all positions p of a batch.
 *
 *   ∂L/∂weight[tap, k, o] = Σ_p input[p · stride + tap + k] · ∂L/∂output[p, o]
 *
 * A pointwise convolution has one tap; a K×K one has K taps of K·C elements each on the padded image, as on the way forward.
 * Images pass one after the other, or for a pointwise convolution pieces of the batch: small enough that what one tile after
 * the other reads again stays in the cache. A unit of work is a tile of a group's rows, under all taps and over all images.
 */
import { balanced, type Engine, floatBytes } from '@sepconv/kernels/toolkit';

/** Steps that the sum takes outside its contiguous part: `count` of them, `stride` bytes apart. */
export interface TapLoop {
  readonly count: number;
  readonly stride: number;
}

/** The gradient of a weight `[taps, rows, groups · columns]`; all strides in bytes. */
export interface WeightGradientKernel {
  readonly kind: 'weight-gradient';
  readonly name: string;
  readonly images: number;
  readonly imageStride: number;
  readonly lines: number;
  readonly lineStride: number;
  readonly pixels: number;
  readonly pixelStride: number;
  /** Outermost first, at most two. */
  readonly taps: readonly TapLoop[];
  /** Contiguous input elements of each tap and group. */
  readonly rows: number;
  readonly groups: number;
  /** Output channels of a group. */
  readonly columns: number;
  readonly tile: { readonly rows: number; readonly vectors: number };
}

/** What a layer says of itself; the planner adds the tile. */
export type WeightGradientShape = Omit<WeightGradientKernel, 'kind' | 'name' | 'tile'>;

/** Registers for sums, the gradient's vectors and the splat; one more is a temporary. */
const tileRegisters = 15;

/** The kernel for a weight's gradient on an engine. */
export function planWeightGradient(
  engine: Engine,
  op: string,
  shape: WeightGradientShape,
): WeightGradientKernel {
  const tallest = engine.fusedMultiplyAdd ? 6 : 5;
  const rows = Math.min(tallest, shape.rows);
  const registers = rows === tallest ? 2 : Math.min(4, Math.floor((tileRegisters - 1) / (rows + 1)));
  const vectors = Math.min(registers * engine.vectorsPerRegister, Math.ceil(shape.columns / 4));
  const name = `f32_${op}-weight-gradient_${rows}x${vectors * 4}__${engine.name}`;
  return { kind: 'weight-gradient', name, ...shape, tile: { rows, vectors } };
}

/** Units of work of a kernel. */
export function weightGradientUnits({ groups, rows, tile }: WeightGradientKernel): number {
  return groups * balanced(rows, tile.rows).groups;
}

/** Positions of a piece that is read again for every tile. */
const positionsPerPiece = 512;

/** `rows` positions in as few equal pieces as stay in the cache; a prime number of them is one piece. */
function pieceCount(positions: number): number {
  let pieces = Math.ceil(positions / positionsPerPiece);
  while (pieces < positions / 16 && positions % pieces !== 0) pieces++;
  return positions % pieces === 0 ? pieces : 1;
}

/** The shape for `positions` rows of `rows` numbers, as in a pointwise convolution or a dense layer. */
export function flatWeightGradient(positions: number, rows: number, columns: number): WeightGradientShape {
  const images = pieceCount(positions);
  const pixels = positions / images;
  const pixelStride = rows * floatBytes;
  return {
    images,
    imageStride: pixels * pixelStride,
    lines: 1,
    lineStride: 0,
    pixels,
    pixelStride,
    taps: [],
    rows,
    groups: 1,
    columns,
  };
}
