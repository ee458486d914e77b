/**
 * @file Nodes that can be computed at load, because all their inputs are known: shapes and what exporters compute with
 * them, and weights that they rearrange. The budget bounds what they can allocate.
 */
import { refuse } from '../../errors.js';
import { type Constant, constantOf } from '../constant.js';
import type { NodeContext } from '../context.js';
import { flattenedShape, reshapedShape, squeezedShape, unsqueezedShape } from '../shapes.js';
import { arithmetic, cast, constant, constantOfShape, dequantize, elementwise } from './compute.js';
import { concat, type Folder, gather, slice, transpose } from './rearrange.js';

/** The elements as they are, under a new shape. */
const reshaped =
  (shapeOf: (context: NodeContext) => number[]): Folder =>
  (context, [from]) => ({ ...(from as Constant), shape: shapeOf(context) });

const same: Folder = (_, [from]) => from as Constant;

/** Folders by op, and how many inputs each needs. */
const folders: ReadonlyMap<string, readonly [needs: number, fold: Folder]> = new Map(
  Object.entries<[number, Folder]>({
    Add: [2, arithmetic((a, b) => a + b)],
    Cast: [1, cast],
    Concat: [1, concat],
    Constant: [0, constant],
    ConstantOfShape: [1, constantOfShape],
    DequantizeLinear: [2, dequantize],
    Div: [2, arithmetic((a, b) => a / b)],
    Dropout: [1, same],
    Exp: [1, elementwise(Math.exp)],
    Flatten: [1, reshaped(flattenedShape)],
    Floor: [1, elementwise(Math.floor)],
    Gather: [2, gather],
    Identity: [1, same],
    Mul: [2, arithmetic((a, b) => a * b)],
    Neg: [1, elementwise((a) => -a)],
    Reciprocal: [1, elementwise((a) => 1 / a)],
    Reshape: [1, reshaped(reshapedShape)],
    Slice: [1, slice],
    Sqrt: [1, elementwise(Math.sqrt)],
    Squeeze: [1, reshaped(squeezedShape)],
    Sub: [2, arithmetic((a, b) => a - b)],
    Sum: [1, arithmetic((a, b) => a + b)],
    Transpose: [1, transpose],
    Unsqueeze: [1, reshaped(unsqueezedShape)],
  }),
);

/** Names of the ops that can be computed at load. */
export const foldableOps: readonly string[] = ['Shape', ...folders.keys()];

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

/** The node's result, when everything that it depends on is known. */
export function tryFold(context: NodeContext): Constant | undefined {
  const { op, inputs } = context.node;
  if (op === 'Shape') return foldShape(context);
  const [needs, fold] = folders.get(op) ?? [];
  if (needs === undefined || fold === undefined) return undefined;
  const known = inputs.map((name, i) => (name === '' ? undefined : context.input(i)));
  if (known.some((input) => input?.kind === 'value')) return undefined;
  const missing = known.slice(0, needs).indexOf(undefined);
  if (missing >= 0 || known.length < needs) refuse(`needs ${needs} inputs, but has ${known.length}`);
  if ((op === 'Sum' || op === 'Concat') && known.includes(undefined)) refuse('leaves an input out');
  return fold(context, known as Constant[]);
}
