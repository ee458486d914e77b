import fc from 'fast-check';
import { accumulationBound } from '../bounds.ts';
import { singleNodeCase } from '../case.ts';
import { channelClasses, mapClasses, upTo } from '../shapes.ts';
import type { ConformanceCase, OpConformance } from '../types.ts';
import { createFiller, describeValues, linearValues, specialValues, type Values } from '../values.ts';

interface Sizes {
  readonly batchA: readonly number[];
  readonly batchB: readonly number[];
  readonly rows: number;
  readonly depth: number;
  readonly columns: number;
}

function build({ batchA, batchB, rows, depth, columns }: Sizes, values: Values): ConformanceCase {
  const filler = createFiller(values);
  const operands = [
    { tensor: filler.data([...batchA, rows, depth]) },
    { tensor: filler.weight([...batchB, depth, columns]) },
  ];
  return singleNodeCase('matmul', {}, operands, describeValues(values));
}

const batches = fc.oneof(
  fc.constant({ batchA: [], batchB: [] }),
  fc.array(upTo(3), { minLength: 1, maxLength: 2 }).chain((batch) => {
    const ones = batch.map(() => 1);
    return fc.constantFrom(
      { batchA: batch, batchB: batch },
      { batchA: ones, batchB: batch },
      { batchA: batch, batchB: ones },
    );
  }),
);
const some = fc.record({ rows: upTo(14), depth: upTo(20), columns: upTo(20) });

const byColumns = mapClasses(
  channelClasses('n'),
  fc.tuple(batches, some, linearValues),
  (columns, [batch, sizes, values]) => build({ ...batch, ...sizes, columns }, values),
);
const byDepth = mapClasses(
  channelClasses('k'),
  fc.tuple(batches, some, linearValues),
  (depth, [batch, sizes, values]) => build({ ...batch, ...sizes, depth }, values),
);
const oneRow = fc
  .tuple(batches, some, linearValues)
  .map(([batch, sizes, values]) => build({ ...batch, ...sizes, rows: 1 }, values));
const manyRows = fc
  .tuple(batches, some, upTo(60, 30), linearValues)
  .map(([batch, sizes, rows, values]) => build({ ...batch, ...sizes, rows }, values));
const special = fc
  .tuple(batches, some, specialValues)
  .map(([batch, sizes, values]) => build({ ...batch, ...sizes }, values));

/** k = the columns of the first input. */
export const matmul: OpConformance<'matmul'> = {
  classes: { ...byColumns, ...byDepth, one_row: oneRow, many_rows: manyRows, special_values: special },
  bound: (call) => accumulationBound(call, call.inputs[0]!.shape.at(-1)!),
};
