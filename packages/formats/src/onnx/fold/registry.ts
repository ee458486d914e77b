/**
 * @file Nodes that can be computed at load, because all their inputs are known: shapes and what exporters compute with
 * them, and weights that they rearrange. The budget bounds what they can allocate.
 */
import { elementCount, roundHalfEven } from '@sepconv/tensor';
import { refuse } from '../../errors.js';
import { reductions } from '../../fold/known.js';
import { type Constant, constantOf } from '../constant.js';
import type { NodeContext } from '../context.js';
import { flattenedShape, reshapedShape, squeezedShape, unsqueezedShape } from '../shapes.js';
import {
  arithmetic,
  cast,
  castTo,
  clip,
  comparison,
  constant,
  constantOfShape,
  elementwise,
  mod,
  range,
  reduction,
  where,
} from './compute.js';
import { dequantize, quantize } from './quantize.js';
import {
  concat,
  expand,
  type Folder,
  gather,
  nonZero,
  scatterNd,
  slice,
  split,
  tile,
  transpose,
} from './rearrange.js';

/** The elements as they are, under a new shape. */
const reshaped =
  (shapeOf: (context: NodeContext) => number[]): Folder =>
  (context, [from]) => ({ ...(from as Constant), shape: shapeOf(context) });

const same: Folder = (_, [from]) => from as Constant;

const dropout: Folder = (_, [from, , training]) => {
  if (training !== undefined && training.data[0] !== 0)
    refuse('is in training mode: export the model for inference');
  return from as Constant;
};

/** Folders by op, and how many inputs each needs. */
const folders: ReadonlyMap<string, readonly [needs: number, fold: Folder]> = new Map(
  Object.entries<[number, Folder]>({
    Abs: [1, elementwise(Math.abs)],
    Add: [2, arithmetic((a, b) => a + b)],
    And: [2, comparison((a, b) => a !== 0 && b !== 0)],
    Cast: [1, cast],
    Ceil: [1, elementwise(Math.ceil)],
    Clip: [1, clip],
    Concat: [1, concat],
    Constant: [0, constant],
    ConstantOfShape: [1, constantOfShape],
    DequantizeLinear: [2, dequantize],
    Div: [2, arithmetic((a, b) => a / b)],
    Dropout: [1, dropout],
    Equal: [2, comparison((a, b) => a === b)],
    Exp: [1, elementwise(Math.exp)],
    Expand: [2, expand],
    Flatten: [1, reshaped(flattenedShape)],
    Floor: [1, elementwise(Math.floor)],
    Gather: [2, gather],
    Greater: [2, comparison((a, b) => a > b)],
    GreaterOrEqual: [2, comparison((a, b) => a >= b)],
    Identity: [1, same],
    Less: [2, comparison((a, b) => a < b)],
    LessOrEqual: [2, comparison((a, b) => a <= b)],
    Log: [1, elementwise(Math.log)],
    Max: [1, arithmetic(Math.max)],
    Min: [1, arithmetic(Math.min)],
    Mod: [2, mod],
    Mul: [2, arithmetic((a, b) => a * b)],
    Neg: [1, elementwise((a) => -a)],
    NonZero: [1, nonZero],
    Not: [1, elementwise((a) => (a === 0 ? 1 : 0))],
    Or: [2, comparison((a, b) => a !== 0 || b !== 0)],
    Pow: [2, arithmetic((a, b) => a ** b)],
    QuantizeLinear: [2, quantize],
    Range: [3, range],
    Reciprocal: [1, elementwise((a) => 1 / a)],
    ReduceMax: [1, reduction(reductions.max)],
    ReduceMin: [1, reduction(reductions.min)],
    ReduceProd: [1, reduction(reductions.product)],
    ReduceSum: [1, reduction(reductions.sum)],
    Reshape: [1, reshaped(reshapedShape)],
    Round: [1, elementwise(roundHalfEven)],
    ScatterND: [3, scatterNd],
    Sign: [1, elementwise(Math.sign)],
    Slice: [1, slice],
    Split: [1, split],
    Sqrt: [1, elementwise(Math.sqrt)],
    Squeeze: [1, reshaped(squeezedShape)],
    Sub: [2, arithmetic((a, b) => a - b)],
    Sum: [1, arithmetic((a, b) => a + b)],
    Tanh: [1, elementwise(Math.tanh)],
    Tile: [2, tile],
    Transpose: [1, transpose],
    Unsqueeze: [1, reshaped(unsqueezedShape)],
    Where: [3, where],
    Xor: [2, comparison((a, b) => (a !== 0) !== (b !== 0))],
  }),
);

/** Names of the ops that can be computed at load. */
export const foldableOps: readonly string[] = ['Shape', 'Size', ...folders.keys()];

/** A shape is known even of a value that is not; part of it, where `start` and `end` say so. */
function foldShape(context: NodeContext): Constant {
  const shape = context.shape(0);
  const place = (name: string, absent: number): number => {
    const said = context.integerAttribute(name, absent);
    return Math.min(shape.length, Math.max(0, said < 0 ? said + shape.length : said));
  };
  const part = shape.slice(place('start', 0), place('end', shape.length));
  return constantOf('int64', [part.length], part);
}

/** The node's first output, or all of them, when everything that it depends on is known. */
export function tryFold(context: NodeContext): Constant | readonly Constant[] | undefined {
  const { op, inputs } = context.node;
  if (op === 'Shape') return foldShape(context);
  if (op === 'Size') return constantOf('int64', [], [elementCount(context.shape(0))]);
  // What the network computes is float32, whatever it may be compared with.
  if (op === 'CastLike' && context.isConstant(0)) {
    const like = context.input(1);
    return castTo(
      context,
      context.constant(0, 'the input'),
      like.kind === 'constant' ? like.type : 'float32',
    );
  }
  const [needs, fold] = folders.get(op) ?? [];
  if (needs === undefined || fold === undefined) return undefined;
  const known = inputs.map((name, i) => (name === '' ? undefined : context.input(i)));
  if (known.some((input) => input?.kind === 'value')) return undefined;
  const missing = known.slice(0, needs).indexOf(undefined);
  if (missing >= 0 || known.length < needs) refuse(`needs ${needs} inputs, but has ${known.length}`);
  if ((op === 'Sum' || op === 'Concat' || op === 'Max' || op === 'Min') && known.includes(undefined))
    refuse('leaves an input out');
  return foldOnce(context, known as (Constant | undefined)[], (inputs) =>
    fold(context, inputs as Constant[]),
  );
}

/** A constant that several nodes compute in the same way, such as each reader's own DequantizeLinear of one weight, is one. */
function foldOnce(
  { node, opset, state: { decoded } }: NodeContext,
  inputs: readonly (Constant | undefined)[],
  fold: (inputs: readonly (Constant | undefined)[]) => Constant | readonly Constant[],
): Constant | readonly Constant[] {
  const first = inputs.find((input) => input !== undefined);
  const attributes = [...node.attributes].map(([name, { tensor: _, ...attribute }]) => [name, attribute]);
  const hasTensor = [...node.attributes.values()].some(({ tensor }) => tensor !== undefined);
  if (first === undefined || hasTensor) return fold(inputs);
  const read = inputs.map((input) => input && [decoded.numberOf(input.data), input.type, input.shape]);
  return decoded.of(first.data, JSON.stringify([opset, node.op, node.outputs.length, read, attributes]), () =>
    fold(inputs),
  );
}
