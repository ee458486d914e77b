/**
 * @file Tensors whose first dimension a run tells, such as boxes that were chosen: values with all the rows that there can be, and
 * beside them a value that says how many there are. Ops that do the same to each row keep them; every other one is refused.
 */
import { filled } from '@sepconv/tensor';
import { step } from '../composites/composer.js';
import { quote, refuse } from '../errors.js';
import type { Constant } from './constant.js';
import type { NodeContext } from './context.js';
import type { Value } from './layout.js';
import { naturalOrder, shapeOf } from './layout.js';
import { composer } from './ops/composing.js';
import { plainOps } from './plain-ops.js';
import { axesOf } from './shapes.js';

type Known = Value | Constant;

/** Ops on numbers at the same place. */
const elementwise: ReadonlySet<string> = new Set([
  ...Object.keys(plainOps),
  ...'Add And Cast Clip Div Dropout Elu Equal Gelu Greater GreaterOrEqual HardSigmoid Identity LeakyRelu Less LessOrEqual Max Min Mod Mul Not Or PRelu Pow Reciprocal Selu Sign Sub Where Xor'.split(
    ' ',
  ),
]);

const axisIsFirst = (context: NodeContext, absent: number): boolean =>
  context.axis(context.integerAttribute('axis', absent), context.shape(0).length) === 0;

const namesFirst = (context: NodeContext, input: number): boolean => {
  const axes = axesOf(context, input) ?? [];
  return axes.length === 0 || axes.some((axis) => context.axis(axis, context.shape(0).length) === 0);
};

/** Ops that look at more than one number, and when they look at more than one row. */
const mixesRows: ReadonlyMap<string, (context: NodeContext) => boolean> = new Map<
  string,
  (context: NodeContext) => boolean
>([
  ['ArgMax', (context) => axisIsFirst(context, 0)],
  ['ArgMin', (context) => axisIsFirst(context, 0)],
  ['Concat', (context) => axisIsFirst(context, 0)],
  ['GatherElements', (context) => axisIsFirst(context, 0)],
  ...['L1', 'L2', 'Max', 'Mean', 'Min', 'Prod', 'Sum'].map(
    (name) => [`Reduce${name}`, (context: NodeContext) => namesFirst(context, 1)] as const,
  ),
  ['MatMul', () => false],
  ['Reshape', () => false],
  ['Softmax', (context) => axisIsFirst(context, -1)],
  ['Split', (context) => axisIsFirst(context, 0)],
  ['Squeeze', () => false],
  ['Transpose', (context) => (context.integersAttribute('perm') ?? [1])[0] !== 0],
  ['Unsqueeze', () => false],
]);

const isValue = (found: Known | undefined): found is Value => found?.kind === 'value';

/** The open value at an input, with the value that counts its rows. */
function openAt(context: NodeContext, input: number): { value: Value; count: string } | undefined {
  if (!context.has(input)) return undefined;
  const value = context.input(input);
  const count = isValue(value) ? context.state.openRows.get(value.name) : undefined;
  return count !== undefined && isValue(value) ? { value, count } : undefined;
}

/** How many rows a result has that a run tells: the value that counts them, and where fewer are kept, how many at most. */
interface RowsAfter {
  readonly count: string;
  readonly most?: number;
}

/** What a Slice leaves of open rows: all of them, or as many of the first ones as there are. Others depend on how many there are. */
function firstRows(context: NodeContext, count: string): RowsAfter | undefined {
  const list = (name: string, input: number) =>
    context.integerList(input, `the ${name}`) ?? context.integersAttribute(name);
  const [starts = [], ends = [], steps = []] = [list('starts', 1), list('ends', 2), list('steps', 4)];
  const axes = list('axes', 3) ?? naturalOrder(starts.length);
  const [capacity = 0, ...rest] = context.shape(0);
  const at = axes.findIndex((axis) => context.axis(axis, 1 + rest.length) === 0);
  if (at < 0) return { count };
  const [start, end = 0] = [starts[at], ends[at]];
  if (start !== 0 || (steps[at] ?? 1) !== 1 || end < 1) return undefined;
  if (end >= capacity) return { count };
  const c = composer(context);
  return { count: c.plain('minimum', count, c.number(end)), most: end };
}

/** What counts the rows of the node's results, where it reads open values; nothing where those have a known number. */
function countAfter(context: NodeContext): RowsAfter | undefined {
  const inputs = context.node.inputs.map((_, input) => openAt(context, input));
  const [open] = inputs.flatMap((found) => found ?? []);
  const { op } = context.node;
  const [data, indices] = inputs;
  if (op === 'Gather') {
    if (axisIsFirst(context, 0)) return indices;
    if (indices === undefined) return data;
  }
  if (op === 'GatherND' && indices !== undefined && context.integerAttribute('batch_dims', 0) === 0)
    return indices;
  const sliced = op === 'Slice' && data !== undefined ? firstRows(context, data.count) : undefined;
  if (sliced !== undefined) return sliced;
  const rank = Math.max(
    ...context.node.inputs.map((name, input) => (name === '' ? 0 : context.shape(input).length)),
  );
  const fits =
    elementwise.has(op) &&
    inputs.every((found, input) => {
      if (!context.has(input)) return true;
      const shape = context.shape(input);
      return found === undefined ? shape.length < rank || shape[0] === 1 : shape.length === rank;
    });
  const isOne = inputs.every((found) => found === undefined || found.count === open?.count);
  const keeps = fits || mixesRows.get(op)?.(context) === false;
  if (keeps && isOne && (elementwise.has(op) || op === 'Concat' || data !== undefined)) return open;
  const name = context.node.inputs[inputs.findIndex((found) => found !== undefined)] ?? '';
  return refuse(
    `reads ${quote(name)}, whose number of rows only a run tells, in a way that is not supported: what does the same to each row is`,
  );
}

/** Reads a node by `read`, and notes of its results which have rows that a run tells. */
export function keepingRows(context: NodeContext, read: () => readonly Known[]): readonly Known[] {
  const { openRows } = context.state;
  if (openRows.size === 0) return read();
  const open = context.node.inputs.flatMap((_, input) => openAt(context, input) ?? []);
  if (open.length === 0) return read();
  const after = countAfter(context);
  const results = read();
  if (after === undefined) return results;
  const [{ value } = { value: undefined }] = open;
  const capacity = after.most ?? (value && shapeOf(value)[0]);
  for (const result of results.filter(isValue)) {
    if (shapeOf(result)[0] !== capacity) refuse('changes the dimension whose extent only a run tells');
    openRows.set(result.name, after.count);
  }
  return results;
}

/** The value with zeros in place of the rows that are not there. */
export function withoutMissingRows(context: NodeContext, name: string, count: string): string {
  const c = composer(context);
  const [rows = 1, ...rest] = c.shape(name);
  context.state.budget.charge(4 * rows, 'positions');
  const places = c.constant({
    ...filled('float32', [rows], 0),
    data: Float32Array.from({ length: rows }, (_, i) => i),
  });
  const isThere = c.reshaped(c.plain('less', places, count), [rows, ...rest.map(() => 1)]);
  return c.add(step('mask', [name, isThere]));
}
