/**
 * @file Lists of tensors, which loops read and fill: TensorList, a value of its own, and the older TensorArray, whose contents go
 * with its flow. Which element is meant is known before the network runs, so nothing of a list is left in the graph.
 */
import { sameShape } from '@sepconv/tensor';
import { refuse } from '../../errors.js';
import { concat, gather, listOf } from '../../fold/known.js';
import type { NodeCall, NodeValue } from './context.js';
import type { GraphNode } from './graph-node.js';

/** A list; elements that nobody set are `undefined`. */
export interface TensorList {
  readonly kind: 'list';
  readonly items: readonly (NodeValue | undefined)[];
}

/** What reads and makes lists: the call, whose inputs are the values among what the node reads, and all that it reads. */
export interface ListCall {
  readonly node: GraphNode;
  readonly given: readonly (NodeValue | TensorList)[];
  /** The node with these of its inputs only. */
  call(...inputs: readonly NodeValue[]): NodeCall;
}

type ListReader = (call: ListCall) => readonly (NodeValue | TensorList)[];

/** More elements than a loop has rounds. */
const maxItems = 4096;

const list = (items: readonly (NodeValue | undefined)[]): TensorList =>
  items.length <= maxItems
    ? { kind: 'list', items }
    : refuse(`makes a list of ${items.length}; at most ${maxItems} are supported`);

/** A list of so many elements that nobody set yet. */
function empty(count: number): TensorList {
  if (!(count <= maxItems)) refuse(`makes a list of ${count}; at most ${maxItems} are supported`);
  return list(new Array<undefined>(Math.max(0, count)).fill(undefined));
}

function listAt({ given }: ListCall, index: number): readonly (NodeValue | undefined)[] {
  const value = given[index];
  return value?.kind === 'list' ? value.items : refuse(`input ${index} must be a list of tensors`);
}

function valueAt({ given }: ListCall, index: number): NodeValue {
  const value = given[index] ?? refuse(`needs input ${index}, but has ${given.length} inputs`);
  return value.kind === 'list' ? refuse(`input ${index} is a list of tensors`) : value;
}

function integersAt(call: ListCall, index: number): number[] {
  const { data } = call.call(valueAt(call, index)).constant(0, `input ${index}`);
  return data.length <= maxItems ? [...data] : refuse(`input ${index} has ${data.length} numbers`);
}

function numberAt(call: ListCall, index: number): number {
  const [number = Number.NaN, ...others] = integersAt(call, index);
  return others.length === 0 ? number : refuse(`input ${index} must be one number`);
}

function itemAt(items: readonly (NodeValue | undefined)[], index: number): NodeValue {
  return items[index] ?? refuse(`reads element ${index} of a list of ${items.length}, which nobody set`);
}

function withItem(items: readonly (NodeValue | undefined)[], index: number, item: NodeValue): TensorList {
  if (!(index >= 0 && index < maxItems)) refuse(`sets element ${index} of a list`);
  const longer = Array.from({ length: Math.max(items.length, index + 1) }, (_, i) => items[i]);
  return list(longer.with(index, item));
}

/** Elements as one tensor with a new dimension in front. */
function stack(call: ListCall, items: readonly NodeValue[]): NodeValue {
  if (items.length === 0) refuse('makes a tensor of an empty list');
  const all = call.call(...items);
  const shapes = items.map((_, i) => all.shape(i));
  const [shape = []] = shapes;
  if (!shapes.every((other) => sameShape(other, shape))) refuse('makes one tensor of several shapes');
  const constants = items.flatMap((item) => (item.kind === 'constant' ? [item] : []));
  const { emitter, name } = all;
  if (constants.length === items.length) {
    const rows = constants.map((constant) => ({ ...constant, shape: [1, ...shape] }));
    return { kind: 'constant', ...concat(emitter.budget, rows, 0), name };
  }
  const rows = items.map((_, i) => emitter.reshape(all.value(i), [1, ...shape], `${name}/${i}`));
  return rows.length === 1
    ? { kind: 'value', name: rows[0] as string }
    : { kind: 'value', name: emitter.node('concat', rows, { axis: 0 }, name) };
}

/** The parts of a tensor along its first dimension. */
function unstack(call: ListCall, value: NodeValue): NodeValue[] {
  const one = call.call(value);
  const [count = 0, ...shape] = one.shape(0);
  if (count > maxItems) refuse(`makes a list of ${count}; at most ${maxItems} are supported`);
  return Array.from({ length: count }, (_, i) => {
    const name = `${one.name}/${i}`;
    if (value.kind === 'constant') {
      const row = gather(one.emitter.budget, value, listOf([i]), 0);
      return { kind: 'constant', data: row.data, shape, name };
    }
    const whole = one.shape(0);
    const attributes = {
      starts: whole.map((_, axis) => (axis === 0 ? i : 0)),
      ends: whole.map((extent, axis) => (axis === 0 ? i + 1 : extent)),
      steps: whole.map(() => 1),
    };
    const part =
      count === 1 ? one.value(0) : one.emitter.node('slice', [one.value(0)], attributes, `${name}/slice`);
    // A single number stays a list of one.
    return { kind: 'value', name: one.emitter.reshape(part, shape.length === 0 ? [1] : shape, name) };
  });
}

/** A list of so many with these elements at these places. */
const setItems = (indices: readonly number[], rows: readonly NodeValue[], count: number): TensorList => {
  if (indices.length !== rows.length) refuse(`puts ${rows.length} rows at ${indices.length} places`);
  return indices.reduce<TensorList>(
    (before, index, i) => withItem(before.items, index, rows[i] as NodeValue),
    empty(count),
  );
};

const taken = (call: ListCall, items: readonly (NodeValue | undefined)[], indices: readonly number[]) =>
  stack(
    call,
    indices.map((index) => itemAt(items, index)),
  );

const lengthOf = (call: ListCall, index: number): NodeValue => ({
  kind: 'constant',
  shape: [],
  data: Float64Array.of(listAt(call, index).length),
  name: call.node.name,
});

/** Readers of ops on lists, by TensorFlow's name. */
export const listReaders: ReadonlyMap<string, ListReader> = new Map(
  Object.entries<ListReader>({
    EmptyTensorList: () => [list([])],
    TensorArrayGatherV3: (call) => [taken(call, listAt(call, 2), integersAt(call, 1))],
    TensorArrayReadV3: (call) => [itemAt(listAt(call, 2), numberAt(call, 1))],
    TensorArrayScatterV3: (call) => {
      const rows = unstack(call, valueAt(call, 2));
      return [setItems(integersAt(call, 1), rows, listAt(call, 3).length)];
    },
    TensorArraySizeV3: (call) => [lengthOf(call, 1)],
    // The handle stands for nothing: what the array holds goes with its flow, the second output.
    TensorArrayV3: (call) => [list([]), empty(numberAt(call, 0))],
    TensorArrayWriteV3: (call) => [withItem(listAt(call, 3), numberAt(call, 1), valueAt(call, 2))],
    TensorListFromTensor: (call) => [list(unstack(call, valueAt(call, 0)))],
    TensorListGather: (call) => [taken(call, listAt(call, 0), integersAt(call, 1))],
    TensorListGetItem: (call) => [itemAt(listAt(call, 0), numberAt(call, 1))],
    TensorListLength: (call) => [lengthOf(call, 0)],
    TensorListPushBack: (call) => [list([...listAt(call, 0), valueAt(call, 1)])],
    TensorListReserve: (call) => [empty(numberAt(call, 1))],
    TensorListScatterV2: (call) => {
      const indices = integersAt(call, 1);
      return [setItems(indices, unstack(call, valueAt(call, 0)), numberAt(call, 3))];
    },
    TensorListSetItem: (call) => [withItem(listAt(call, 0), numberAt(call, 1), valueAt(call, 2))],
    TensorListStack: (call) => {
      const items = listAt(call, 0);
      return [
        stack(
          call,
          items.map((_, i) => itemAt(items, i)),
        ),
      ];
    },
  }),
);
