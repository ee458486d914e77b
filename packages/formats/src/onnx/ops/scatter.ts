/** @file Elements that are put at constant places of a value. */
import { createTensor, elementCount, formatShape } from '@sepconv/tensor';
import { oneHot } from '../../composites/choices.js';
import { step } from '../../composites/composer.js';
import { flatPlaces, replacedRows } from '../../composites/scattering.js';
import { refuse } from '../../errors.js';
import type { NodeContext } from '../context.js';
import { naturalOrder, type Value } from '../layout.js';
import { composer, last } from './composing.js';

/** An input as the file counts it: a graph value of the file's shape. */
function inFile(context: NodeContext, input: number): string {
  const shape = context.shape(input);
  if (context.isConstant(input))
    return context.parameter(
      context.node.inputs[input] as string,
      { ...context.tensor(input, `input ${input}`), shape },
      'constant',
    );
  return context.reshaped(context.natural(context.value(input)).name, shape);
}

function expectPlain(context: NodeContext): void {
  const reduction = context.stringAttribute('reduction', 'none');
  if (reduction !== 'none')
    refuse(`combines what it puts by ${JSON.stringify(reduction.slice(0, 40))}, which is not supported`);
}

/** ScatterND: elements, or whole blocks of the last dimensions, are replaced at constant indices. */
export function readScatterNd(context: NodeContext): Value {
  expectPlain(context);
  const [shape, places] = [context.shape(0), context.shape(1)];
  const depth = places.at(-1) ?? 0;
  const rows = elementCount(places.slice(0, -1));
  const inner = elementCount(shape.slice(depth));
  if (!(depth >= 1 && depth <= shape.length) || elementCount(context.shape(2)) !== rows * inner)
    refuse(
      `puts ${formatShape(context.shape(2))} at indices ${formatShape(places)} of ${formatShape(shape)}, which do not fit`,
    );
  const c = composer(context);
  const outer = shape.slice(0, depth);
  const found = replacedRows(
    c,
    c.reshaped(inFile(context, 0), [elementCount(outer), inner]),
    flatPlaces(context.constant(1, 'the indices').data, outer),
    c.reshaped(inFile(context, 2), [rows, inner]),
  );
  const result = step('reshape', [c.add(found)], { shape: [...shape] });
  return context.result(last(context, result), naturalOrder(shape.length));
}

/** ScatterElements, and Scatter before operator set 11: elements are replaced at constant indices along one dimension. */
export function readScatterElements(context: NodeContext): Value {
  expectPlain(context);
  const [shape, places] = [context.shape(0), context.shape(1)];
  const axis = context.axis(context.integerAttribute('axis', 0), shape.length);
  if (places.length !== shape.length || places.some((size, d) => d !== axis && size > (shape[d] as number)))
    refuse(`puts elements at indices ${formatShape(places)} of ${formatShape(shape)}, which do not fit`);
  const along = context.constant(1, 'the indices').data;
  const indices = Array.from({ length: along.length }, (_, i) => {
    let rest = i;
    const place = places.map(() => 0);
    for (let d = places.length - 1; d >= 0; d--) {
      place[d] = rest % (places[d] as number);
      rest = Math.floor(rest / (places[d] as number));
    }
    return place.with(axis, along[i] as number);
  }).flat();
  const c = composer(context);
  const found = replacedRows(
    c,
    c.reshaped(inFile(context, 0), [elementCount(shape), 1]),
    flatPlaces(indices, shape),
    c.reshaped(inFile(context, 2), [along.length, 1]),
  );
  const result = step('reshape', [c.add(found)], { shape: [...shape] });
  return context.result(last(context, result), naturalOrder(shape.length));
}

/** OneHot: of each index a row of numbers along a new dimension; indices may count from the end. */
export function readOneHot(context: NodeContext): Value {
  const rank = context.shape(0).length + 1;
  const [depth = 0] = context.integerList(1, 'the depth') ?? [];
  const { data } = context.constant(2, 'the two numbers');
  if (!(depth >= 1) || data.length !== 2) refuse(`has rows of ${depth} numbers, of ${data.length} values`);
  const axis = context.axis(context.integerAttribute('axis', -1), rank);
  const c = composer(context);
  const said = inFile(context, 0);
  const wrapped = c.plain(
    'add',
    said,
    c.plain(
      'mul',
      c.plain('less', said, c.number(0)),
      c.constant(createTensor('float32', [1], Float32Array.of(depth))),
    ),
  );
  const row = { depth, axis, off: data[0] as number, on: data[1] as number };
  return context.result(last(context, oneHot(c, wrapped, row)), naturalOrder(rank));
}
