/** @file Folders that move elements and compute nothing. */
import { refuse } from '../../errors.js';
import * as known from '../../fold/known.js';
import { type Constant, constantOf } from '../constant.js';
import type { NodeContext } from '../context.js';
import { permutationOf, slicedParts } from '../shapes.js';

/**
 * Computes a node whose inputs are constants; an optional input that is left out is `undefined`. Gives its first output, or
 * all of them.
 */
export type Folder = (context: NodeContext, inputs: readonly Constant[]) => Constant | readonly Constant[];

/** Known numbers as a constant of this type. */
export const constantFrom = (type: Constant['type'], { shape, data }: known.Known): Constant =>
  type === 'float32' && data instanceof Float64Array
    ? constantOf(type, shape, data)
    : { kind: 'constant', type, shape, data };

/** Elements of a constant, moved. */
const moved =
  (move: (context: NodeContext, inputs: readonly Constant[]) => known.Known): Folder =>
  (context, inputs) =>
    constantFrom((inputs[0] as Constant).type, move(context, inputs));

/** Transpose. */
export const transpose = moved((context, [from]) =>
  known.transposed(context.state.budget, from as Constant, permutationOf(context)),
);

/** Gather: along one dimension, the elements at the given indices. */
export const gather = moved((context, [from, indices]) => {
  const axis = context.axis(context.integerAttribute('axis', 0), (from as Constant).shape.length);
  return known.gather(context.state.budget, from as Constant, indices as Constant, axis);
});

/** Concat. */
export const concat = moved((context, inputs) => {
  const said = context.integerAttribute('axis', context.opset < 4 ? 1 : Number.NaN);
  return known.concat(context.state.budget, inputs, context.axis(said, (inputs[0] as Constant).shape.length));
});

/** Slice. */
export const slice = moved((context, [from]) =>
  known.sliced(context.state.budget, from as Constant, slicedParts(context)),
);

/** Expand. */
export const expand = moved((context, [from]) => {
  const { shape } = from as Constant;
  const wanted = context.integerList(1, 'the new shape') ?? [];
  return known.broadcast(context.state.budget, from as Constant, known.broadcastShape(shape, wanted));
});

/** Tile: as often along each dimension as the second input says. */
export const tile = moved((context, [from]) => {
  const repeats = context.integerList(1, 'how often') ?? [];
  return known.tiled(context.state.budget, from as Constant, repeats);
});

/** ScatterND: elements, or whole rows of the last dimensions, at indices are replaced. */
export const scatterNd = moved((context, [from, indices, updates]) => {
  const { shape, data } = from as Constant;
  const places = indices as Constant;
  const depth = places.shape.at(-1) ?? 0;
  if ((context.stringAttribute('reduction', 'none') ?? 'none') !== 'none')
    refuse('combines what it scatters, which is not supported');
  if (depth > shape.length) refuse(`scatters by indices of ${depth} dimensions into one of ${shape.length}`);
  const inner = shape.slice(depth).reduce((product, extent) => product * extent, 1);
  const count = depth === 0 ? 1 : places.data.length / depth;
  const source = (updates as Constant).data;
  if (source.length !== count * inner)
    refuse(`scatters ${source.length} elements to ${count} places of ${inner}`);
  context.state.budget.charge(8 * data.length, 'the result');
  const result = data.slice();
  for (let i = 0; i < count; i++) {
    let start = 0;
    for (let d = 0; d < depth; d++) {
      const extent = shape[d] as number;
      const place = known.placeOf(places.data[i * depth + d] as number, extent, 'scatters to');
      start = start * extent + place;
    }
    result.set(source.subarray(i * inner, (i + 1) * inner), start * inner);
  }
  return { shape, data: result };
});

/** NonZero: the indices of elements that are not 0, one row for each dimension. */
export const nonZero: Folder = (context, [from]) => {
  const { shape, data } = from as Constant;
  const places = Array.from(data.keys()).filter((i) => data[i] !== 0);
  context.state.budget.charge(8 * (data.length + places.length * shape.length), 'the result');
  let after = data.length;
  const rows = shape.flatMap((extent) => {
    after /= extent;
    return places.map((place) => Math.floor(place / after) % extent);
  });
  return constantFrom('int64', { shape: [shape.length, places.length], data: Float64Array.from(rows) });
};

/** Split: parts of stated lengths along a dimension, or as equal ones as possible. */
export const split: Folder = (context, [from]) => {
  const { shape, type } = from as Constant;
  const axis = context.axis(context.integerAttribute('axis', 0), shape.length);
  const { outputs } = context.node;
  const each = Math.ceil((shape[axis] as number) / outputs.length);
  let start = 0;
  const lengths = context.integersAttribute('split') ?? context.integerList(1, 'the lengths of the parts');
  return outputs.map((_, i) => {
    const count = lengths?.[i] ?? Math.max(0, Math.min(each, (shape[axis] as number) - start));
    if (!(count >= 0 && start + count <= (shape[axis] as number)))
      refuse(`splits dimension ${axis} of ${shape.join('×')} into parts that it does not have`);
    const parts = shape.map((extent, d) => ({
      start: d === axis ? start : 0,
      step: 1,
      count: d === axis ? count : extent,
    }));
    start += count;
    return constantFrom(type, known.sliced(context.state.budget, from as Constant, parts));
  });
};
