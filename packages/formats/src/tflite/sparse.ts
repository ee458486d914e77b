/**
 * @file Constants of which a file stores only what is not 0. Each dimension, in an order of its own, is dense, or has for every position so
 * far a list of indices; blocks of a dimension are dimensions behind the others.
 *
 * Source: tensorflow/lite/schema/schema.fbs, `SparsityParameters`, and tools/optimize/sparsity/format_converter.cc.
 */
import { elementCount, rowMajorStrides, type Shape } from '@sepconv/tensor';
import { damaged, type FlatTable } from './flat-buffer.js';

/** One dimension of the stored order. */
interface Level {
  /** Which dimension: of the tensor, or behind those a block's. */
  readonly dimension: number;
  /** Positions, where all are there. */
  readonly size: number;
  /** Where the indices of each position so far begin, and all of them; none where the dimension is dense. */
  readonly segments?: ArrayLike<number>;
  readonly indices: ArrayLike<number>;
}

/** A list of indices, which is stored in 4, 2 or 1 bytes each. */
function indexVector(table: FlatTable, slot: number, name: string): ArrayLike<number> {
  const vector = table.table(slot + 1, name);
  const type = table.uint8(slot, `${name}_type`);
  if (vector === undefined || type < 1 || type > 3) damaged(`${table.path} has no ${name}`);
  if (type === 1) return vector.int32s(0, 'values');
  return type === 2 ? vector.uint16s(0, 'values') : vector.bytes(0, 'values');
}

function readLevel(table: FlatTable, dimension: number): Level {
  if (table.int8(0, 'format') === 0) return { dimension, size: table.int32(1, 'dense_size'), indices: [] };
  const segments = indexVector(table, 2, 'array_segments');
  const indices = indexVector(table, 4, 'array_indices');
  // Ascending, so that every index is read once.
  const isAscending = Array.prototype.every.call(
    segments,
    (start: number, i: number) =>
      start >= (i === 0 ? 0 : (segments[i - 1] as number)) && start <= indices.length,
  );
  if (!isAscending) damaged(`${table.path}.array_segments do not ascend within ${indices.length} indices`);
  return { dimension, size: 0, segments, indices };
}

/** The levels in the stored order, and for each dimension of the tensor how large its blocks are. */
function readLevels(
  sparsity: FlatTable,
  shape: Shape,
): { levels: Level[]; blocks: number[]; blockMap: number[] } {
  const order = sparsity.int32s(0, 'traversal_order');
  const blockMap = sparsity.int32s(1, 'block_map');
  const tables = sparsity.tables(2, 'dim_metadata', `${sparsity.path}.dim_metadata`);
  const rank = shape.length;
  const isComplete =
    new Set(order).size === order.length &&
    order.length === rank + blockMap.length &&
    tables.length === order.length &&
    order.every((dimension) => dimension >= 0 && dimension < order.length) &&
    blockMap.every((dimension) => dimension >= 0 && dimension < rank) &&
    new Set(blockMap).size === blockMap.length;
  if (!isComplete)
    damaged(`${sparsity.path} does not name each of ${rank} dimensions and ${blockMap.length} blocks once`);
  const levels = tables.map((table, level) => readLevel(table, order[level] as number));
  const blocks = shape.map((_, axis) => {
    const block = blockMap.indexOf(axis);
    return block === -1 ? 1 : (levels.find(({ dimension }) => dimension === rank + block)?.size ?? 0);
  });
  for (const { dimension, size, segments } of levels) {
    const isBlock = dimension >= rank;
    const wanted = isBlock
      ? blocks[blockMap[dimension - rank] as number]
      : (shape[dimension] as number) / (blocks[dimension] as number);
    if ((segments !== undefined && isBlock) || (segments === undefined && (size !== wanted || size < 1)))
      damaged(`${sparsity.path} has ${size} positions of dimension ${dimension}, where ${wanted} are needed`);
  }
  return { levels, blocks, blockMap };
}

/**
 * The bytes of all elements, those that are not stored 0.
 *
 * @throws {DamagedFileError} where the lists do not fit the shape or the stored elements.
 */
export function densify(
  sparsity: FlatTable,
  shape: Shape,
  stored: Uint8Array,
  elementBytes: number,
): Uint8Array {
  const { levels, blocks, blockMap } = readLevels(sparsity, shape);
  const strides = rowMajorStrides(shape);
  const dense = new Uint8Array(elementCount(shape) * elementBytes);
  /** How far an index of a dimension moves in the tensor. */
  const stepOf = ({ dimension }: Level): number => {
    const axis = dimension < shape.length ? dimension : (blockMap[dimension - shape.length] as number);
    return (strides[axis] as number) * (dimension < shape.length ? (blocks[axis] as number) : 1);
  };
  const place = (depth: number, position: number, element: number): void => {
    const level = levels[depth];
    if (level === undefined) {
      const from = position * elementBytes;
      if (from + elementBytes > stored.length || (element + 1) * elementBytes > dense.length)
        damaged(
          `${sparsity.path} places element ${position}, which is not stored, or at ${element}, which is not there`,
        );
      dense.set(stored.subarray(from, from + elementBytes), element * elementBytes);
      return;
    }
    const step = stepOf(level);
    if (level.segments === undefined) {
      for (let i = 0; i < level.size; i++) place(depth + 1, position * level.size + i, element + i * step);
      return;
    }
    if (position + 1 >= level.segments.length)
      damaged(`${sparsity.path} has no indices at position ${position}`);
    const extent = (shape[level.dimension] as number) / (blocks[level.dimension] as number);
    const end = level.segments[position + 1] as number;
    for (let k = level.segments[position] as number; k < end; k++) {
      const index = level.indices[k] as number;
      if (!(index >= 0 && index < extent)) damaged(`${sparsity.path} has index ${index} of ${extent}`);
      place(depth + 1, k, element + index * step);
    }
  };
  place(0, 0, 0);
  return dense;
}
