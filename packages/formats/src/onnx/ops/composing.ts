/** @file How an operator becomes a few ops of the graph, and operators on several inputs, which are brought into one order of dimensions. */
import { reshapeTensor } from '@sepconv/tensor';
import { Composer, type Step, step } from '../../composites/composer.js';
import { broadcastShape } from '../../fold/known.js';
import type { NodeContext } from '../context.js';
import { channelsLast, naturalOrder, type Order, orderOf, type Value, withLeadingOnes } from '../layout.js';
import { alignedShape, axesOf } from '../shapes.js';

/** Turns one node into graph nodes, and gives its output. */
export type Reader = (context: NodeContext) => Value;

/** Appends the nodes that an operator becomes; they are named after it. */
export const composer = (context: NodeContext): Composer =>
  new Composer({
    helper: (op, inputs, attributes) => context.helper(op, inputs, attributes),
    constant: (tensor) => context.parameter(`${context.name}/constant`, tensor, 'constant'),
    shape: (value) => context.graphShape(value),
  });

/** The last node of a composite, under the operator's name. */
export const last = (context: NodeContext, { op, inputs, attributes }: Step): string =>
  context.emit(op, inputs, attributes as never);

/** A constant as a parameter whose dimensions stand in this order, with ones in front. */
function constantInOrder(
  context: NodeContext,
  input: number,
  shape: readonly number[],
  order: Order,
): string {
  const full = reshapeTensor(context.tensor(input, `input ${input}`), withLeadingOnes(shape, order.length));
  const name = context.node.inputs[input] as string;
  return context.parameter(name, context.transposed(full, order), 'constant');
}

/** All inputs as graph values whose dimensions stand in one order, so that they stretch to each other there. */
function together(context: NodeContext): { names: string[]; order: Order } {
  const inputs = Array.from({ length: context.inputCount }, (_, input) => input);
  const shapes = inputs.map((input) =>
    input === 1 ? alignedShape(context, context.shape(0), context.shape(1)) : context.shape(input),
  );
  const rank = shapes.reduce((shape, next) => broadcastShape(shape, next), [] as readonly number[]).length;
  const values = inputs.flatMap((input) => {
    const found = context.input(input);
    return found.kind === 'value' ? [context.widened(found, rank)] : [];
  });
  const candidates = [...values.map(orderOf), channelsLast(rank), naturalOrder(rank)];
  const fits = (order: Order | undefined): order is Order =>
    order !== undefined && values.every((value) => context.tryOrder(value, order) !== undefined);
  const order = candidates.find(fits) ?? candidates.find((one) => one !== undefined) ?? naturalOrder(rank);
  const names = inputs.map((input) => {
    const found = context.input(input);
    return found.kind === 'value'
      ? context.inOrder(context.widened(found, rank), order)
      : constantInOrder(context, input, shapes[input] as readonly number[], order);
  });
  return { names, order };
}

/** A reader of an operator on several inputs, element by element. */
export const onAll =
  (make: (c: Composer, names: readonly string[], context: NodeContext) => Step): Reader =>
  (context) => {
    const { names, order } = together(context);
    return context.result(last(context, make(composer(context), names, context)), order);
  };

/** The larger, or the smaller, of any number of inputs. */
export const readExtremeOfAll = (op: 'maximum' | 'minimum'): Reader =>
  onAll((c, [first = '', ...rest]) => {
    const final = rest.pop();
    if (final === undefined) return step('reshape', [first], { shape: [...c.shape(first)] });
    return step(op, [rest.reduce((best, name) => c.plain(op, best, name), first), final]);
  });

/** The dimensions that a reduction names; all where it names none, or none where the node says that this is meant. */
export function reducedAxes(context: NodeContext): readonly number[] {
  const rank = context.shape(0).length;
  const said = axesOf(context, 1) ?? [];
  if (said.length === 0 && context.integerAttribute('noop_with_empty_axes', 0) !== 0) return [];
  const axes = said.length === 0 ? naturalOrder(rank) : said;
  return [...new Set(axes.map((axis) => context.axis(axis, rank)))];
}
