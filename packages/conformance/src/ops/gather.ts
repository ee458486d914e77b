import { gatheredPosition } from '@sepconv/graph';
import fc from 'fast-check';
import { singleNodeCase } from '../case.ts';
import { boundTensor, type FloatTensor } from '../floats.ts';
import { upTo } from '../shapes.ts';
import type { BoundCall, ConformanceCase, OpConformance } from '../types.ts';
import { createFiller, describeValues, type Values, valuesOf } from '../values.ts';

interface Drawn {
  readonly batch: readonly number[];
  readonly between: readonly number[];
  readonly size: number;
  readonly inner: readonly number[];
  readonly places: readonly number[];
  readonly values: Values;
}

/** Indices on both sides of what there is, fractions among them. */
function build({ batch, between, size, inner, places, values }: Drawn): ConformanceCase {
  const filler = createFiller(values);
  const data = filler.data([...batch, ...between, size, ...inner]);
  const indices = filler.between([...batch, ...places], -size - 2, size + 2);
  const attributes = { axis: batch.length + between.length, batch: batch.length };
  return singleNodeCase(
    'gather',
    attributes,
    [{ tensor: data }, { tensor: indices }],
    describeValues(values),
  );
}

const shapes = (most: number) => fc.array(upTo(4), { maxLength: most });
const drawn = (inner: fc.Arbitrary<readonly number[]>, values: fc.Arbitrary<Values>) =>
  fc
    .record({ batch: shapes(1), between: shapes(1), size: upTo(9), inner, places: shapes(2), values })
    .map(build);
const values = valuesOf('uniform', 'wide');

/** Exact; nothing is known where an index may as well name another position. */
async function gatheredErrors(call: BoundCall<'gather'>): Promise<FloatTensor> {
  const [data, indices] = call.inputs as readonly [FloatTensor, FloatTensor];
  const [dataErrors, indexErrors] = call.errors as readonly [FloatTensor, FloatTensor];
  const size = data.shape[call.node.attributes.axis] as number;
  const moved = await call.run([dataErrors, indices]);
  const isSure = (at: number): boolean => {
    const [index, error] = [indices.data[at]!, indexErrors.data[at]!];
    return error === 0 || gatheredPosition(index - error, size) === gatheredPosition(index + error, size);
  };
  if (indices.data.every((_, at) => isSure(at))) return moved;
  return boundTensor(call.output.shape, () => Infinity);
}

/** What conformance means for elements at computed positions. */
export const gather: OpConformance<'gather'> = {
  classes: {
    elements: drawn(fc.constant([]), values),
    rows: drawn(
      upTo(19).map((count) => [count]),
      values,
    ),
    blocks: drawn(shapes(2), values),
    special_values: drawn(shapes(1), valuesOf('special')),
  },
  bound: gatheredErrors,
};
