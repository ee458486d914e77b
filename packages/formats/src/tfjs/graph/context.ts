import type { AttributesOf, HeightWidth, OpName, Padding } from '@sepconv/graph';
import { createTensor, formatShape, type Shape, type Tensor } from '@sepconv/tensor';
import { maxRank } from '../../budget.js';
import { quote, refuse } from '../../errors.js';
import type { Emitter, Window } from '../emitter.js';
import type { WeightStore } from '../weights.js';
import type { GraphNode } from './graph-node.js';

/** Known before the network runs. A shape without dimensions is a single number. */
export interface Constant {
  readonly kind: 'constant';
  readonly shape: readonly number[];
  readonly data: Float32Array | Float64Array;
  /** The name of the node that holds it. */
  readonly name: string;
}

/** What an output of a node became: a value of the graph, or a constant. */
export type NodeValue = { readonly kind: 'value'; readonly name: string } | Constant;

/** One node with what its inputs became: everything that an op's reader may look at and do. */
export class NodeCall {
  readonly emitter: Emitter;
  readonly store: WeightStore;
  readonly node: GraphNode;
  readonly inputs: readonly NodeValue[];

  constructor(emitter: Emitter, store: WeightStore, node: GraphNode, inputs: readonly NodeValue[]) {
    this.emitter = emitter;
    this.store = store;
    this.node = node;
    this.inputs = inputs;
  }

  get name(): string {
    return this.node.name;
  }

  input(index: number): NodeValue {
    return this.inputs[index] ?? refuse(`needs input ${index}, but has ${this.inputs.length} inputs`);
  }

  /** The graph value at an input; a constant becomes a parameter. */
  value(index: number): string {
    const input = this.input(index);
    return input.kind === 'value'
      ? input.name
      : this.emitter.parameter(input.name, this.tensor(index), 'constant');
  }

  shape(index: number): Shape {
    const input = this.input(index);
    return input.kind === 'value' ? this.emitter.shapeOf(input.name) : input.shape;
  }

  /** The numbers of a constant input. */
  constant(index: number, what: string): Constant {
    const input = this.input(index);
    return input.kind === 'constant'
      ? input
      : refuse(`${what} must be a constant, but the network computes it`);
  }

  /** A constant input as weights, which share its memory; a single number gets a dimension. */
  tensor(index: number, rank?: number): Tensor<'float32'> {
    const { shape, data, name } = this.constant(index, `input ${index}`);
    if (rank !== undefined && shape.length !== rank) {
      refuse(`reads ${quote(name)} of the shape ${formatShape(shape)}, which must have ${rank} dimensions`);
    }
    const numbers =
      data instanceof Float32Array
        ? data
        : this.emitter.derived.of(data, 'float32', () => Float32Array.from(data));
    return createTensor('float32', shape.length === 0 ? [1] : shape, numbers);
  }

  /** The integers of a constant input. */
  integers(index: number, what: string): number[] {
    const { data } = this.constant(index, what);
    if (data.length > 2 * maxRank)
      refuse(`${what} has ${data.length} numbers, but one or two per dimension are enough`);
    const list = [...data];
    return list.every(Number.isSafeInteger)
      ? list
      : refuse(`${what} must be integers, not ${list.join(', ')}`);
  }

  /** A dimension counted from the front. */
  axis(said: number, rank: number): number {
    const axis = said < 0 ? said + rank : said;
    return axis >= 0 && axis < rank ? axis : refuse(`names dimension ${said} of ${rank}`);
  }

  emit<Name extends OpName>(op: Name, inputs: readonly string[], attributes: AttributesOf[Name]): NodeValue {
    return { kind: 'value', name: this.emitter.node(op, inputs, attributes, this.name) };
  }

  expectChannelsLast(): void {
    const format = this.node.text('data_format', 'NHWC');
    if (format !== 'NHWC')
      refuse(`has the data format ${quote(format)}: convert the model with channels last`);
  }

  /** Height and width out of four numbers for N, H, W, C. */
  pair(attribute: string): HeightWidth {
    const list = this.node.has(attribute) ? this.node.integers(attribute) : [1, 1, 1, 1];
    const [batch, height = 1, width = 1, channels] = list.length === 2 ? [1, ...list, 1] : list;
    if (batch !== 1 || channels !== 1) {
      refuse(`has the ${attribute} ${list.join(', ')}, of which the first and the last must be 1`);
    }
    return [height, width];
  }

  /** Strides, dilations and padding. */
  window(): Window {
    this.expectChannelsLast();
    return { strides: this.pair('strides'), dilations: this.pair('dilations'), padding: this.#padding() };
  }

  #padding(): Window['padding'] {
    const padding = this.node.text('padding', 'VALID');
    if (padding === 'SAME') return 'same';
    if (padding === 'VALID') return 'valid';
    const list = this.node.integers('explicit_paddings');
    if (padding !== 'EXPLICIT' || list.length !== 8 || list.some((amount) => amount < 0)) {
      refuse(`has the padding ${quote(padding)} ${list.join(', ')}; SAME, VALID and EXPLICIT can be read`);
    }
    const [, , top, bottom, left, right] = list;
    return { top, bottom, left, right } as Padding;
  }
}
