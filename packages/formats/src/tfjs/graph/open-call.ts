import { createTensor, filled } from '@sepconv/tensor';
import { choice } from '../../composites/choices.js';
import { Composer, step } from '../../composites/composer.js';
import { parts } from '../../composites/movements.js';
import { quote, refuse } from '../../errors.js';
import type { Emitter } from '../emitter.js';
import type { NodeCall, NodeValue } from './context.js';
import type { GraphNode } from './graph-node.js';
import type { TensorList } from './lists.js';
import { boundsOf, emitSize, emitSizes, isSame, type OpenSizes, type Size } from './open-sizes.js';

/**
 * A tensor whose first dimension a run tells: a value of the graph with as many rows as there can be, of which the first `count` are
 * the tensor. What stands in the others means nothing.
 */
export interface OpenRows {
  readonly kind: 'rows';
  readonly name: string;
  readonly count: Size;
}

/** The numbers from 0 on, as many as a run tells: the first rows of whatever is taken by them. */
export interface OpenRange {
  readonly kind: 'range';
  readonly name: string;
  readonly count: Size;
}

export type Open = OpenRows | OpenRange | OpenSizes;
export type Given = NodeValue | TensorList | Open;

/** One node that reads, or gives, what has an open first dimension. */
export class OpenCall {
  readonly emitter: Emitter;
  readonly node: GraphNode;
  readonly given: readonly Given[];
  readonly c: Composer;
  /** The node with these inputs, all of which have known shapes. */
  readonly call: (...inputs: readonly NodeValue[]) => NodeCall;

  constructor(
    emitter: Emitter,
    node: GraphNode,
    given: readonly Given[],
    call: (...inputs: readonly NodeValue[]) => NodeCall,
  ) {
    this.emitter = emitter;
    this.node = node;
    this.given = given;
    this.call = call;
    this.c = new Composer({
      helper: (op, inputs, attributes) => emitter.node(op, inputs, attributes, `${node.name}/${op}`),
      constant: (tensor) => emitter.parameter(`${node.name}/constant`, tensor, 'constant'),
      shape: (value) => emitter.shapeOf(value),
    });
  }

  input(index: number): Given {
    return this.given[index] ?? refuse(`needs input ${index}, but has ${this.given.length} inputs`);
  }

  /** An input with a known shape; of an open one the value with all the rows that there can be. */
  closed(index: number): NodeValue {
    const input = this.input(index);
    switch (input.kind) {
      case 'rows':
        return { kind: 'value', name: input.name };
      case 'range':
        return { kind: 'value', name: this.rowsOf(input).name };
      case 'sizes':
        return emitSizes(this.emitter, input);
      case 'list':
        return refuse(`input ${index} is a list of tensors`);
      default:
        return input;
    }
  }

  /** An input whose shape must be known. */
  known(index: number): NodeValue {
    const { kind } = this.input(index);
    return kind === 'rows' || kind === 'range' ? this.refuse() : this.closed(index);
  }

  value(index: number): string {
    return this.call(this.closed(index)).value(0);
  }

  /** Integers of which a run may tell some. */
  sizes(index: number): readonly Size[] {
    const input = this.input(index);
    if (input.kind === 'sizes') return input.data;
    if (input.kind !== 'constant') refuse(`input ${index} depends on what the network computes`);
    return input.data.length <= 64
      ? [...input.data]
      : refuse(`input ${index} has ${input.data.length} numbers`);
  }

  /** Integers that are known. */
  integers(index: number): readonly number[] {
    return this.sizes(index).map((size) =>
      typeof size === 'number' ? size : refuse(`input ${index} depends on what the network computes`),
    );
  }

  constant(data: readonly number[], shape: readonly number[] = [data.length]): NodeValue {
    return { kind: 'constant', shape, data: Float64Array.from(data), name: this.node.name };
  }

  /** How many rows a value of the graph has. */
  capacity(name: string): number {
    return this.c.shape(name)[0] ?? refuse('has no dimension of rows');
  }

  /** 0, 1, 2, … as a value. */
  places(count: number): string {
    this.emitter.budget.charge(4 * count, 'positions');
    return this.c.constant(
      createTensor(
        'float32',
        [count],
        Float32Array.from({ length: count }, (_, i) => i),
      ),
    );
  }

  number(size: Size): string {
    return emitSize(this.emitter, size, this.node.name);
  }

  /** For each row that there can be whether it is there, as a value that stretches over the others' dimensions. */
  isThere(name: string, count: Size): string {
    const [capacity = 1, ...rest] = this.c.shape(name);
    const there = this.c.plain('less', this.places(capacity), this.number(count));
    return this.c.reshaped(there, [capacity, ...rest.map(() => 1)]);
  }

  /** The rows with a number in place of those that are not there. */
  filled({ name, count }: Pick<OpenRows, 'name' | 'count'>, value: number): string {
    if (typeof count === 'number' && count === this.capacity(name)) return name;
    const there = this.isThere(name, count);
    if (value === 0) return this.c.plain('mask', name, there);
    return this.c.add(choice(this.c, there, name, this.c.constant(filled('float32', [1], value))));
  }

  /** A range as rows, of which it must be known how many there can be. */
  rowsOf({ count }: OpenRange): OpenRows {
    const [, most] = boundsOf(count);
    if (!(most < 2 ** 24)) refuse('counts without an end that is known');
    return { kind: 'rows', name: this.places(Math.max(1, most)), count };
  }

  /** Rows `from` on of a value, as many as `to` says. */
  cut(name: string, from: number, to: number): string {
    const [capacity = 0, ...rest] = this.c.shape(name);
    if (from === 0 && to === capacity) return name;
    const whole = rest.map((count) => ({ start: 0, step: 1, count }));
    return this.c.add(parts(name, [{ start: from, step: 1, count: to - from }, ...whole]));
  }

  /** A value of so many rows; with a known number it is like any other. */
  result(name: string, count: Size): NodeValue | OpenRows {
    const capacity = this.capacity(name);
    const most = Math.min(capacity, Math.max(1, boundsOf(count)[1]));
    const fitting = this.cut(name, 0, most);
    if (typeof count !== 'number') return { kind: 'rows', name: fitting, count };
    if (count !== most) refuse(`takes ${count} of ${capacity} rows`);
    return { kind: 'value', name: fitting };
  }

  /** What the open inputs have as rows, which must be the same for all of them. */
  commonCount(): Size {
    const counts = this.given.flatMap((input) =>
      input.kind === 'rows' || input.kind === 'range' ? [input.count] : [],
    );
    const [first = 0] = counts;
    if (!counts.every((count) => isSame(count, first)))
      refuse('reads tensors whose numbers of rows only a run tells');
    return first;
  }

  refuse(): never {
    const rows = this.node.inputs
      .filter((_, i) => this.given[i]?.kind === 'rows')
      .map(({ node }) => quote(node));
    return refuse(
      `reads ${rows.join(' and ')}, whose number of rows only a run tells, in a way that is not supported`,
    );
  }
}

/** Elements along the first dimension at computed positions. */
export const gatheredRows = ({ c }: OpenCall, data: string, indices: string): string =>
  c.add(step('gather', [data, indices], { axis: 0, batch: 0 }));
