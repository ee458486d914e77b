/** @file A network while it is drawn: its builder, its numbers, and the values that a later layer may read again. */
import { GraphBuilder, type ParameterRole } from '@sepconv/graph';
import { elementCount, type Random, type Shape, type Tensor } from '@sepconv/tensor';
import { drawTensor, type ValueKind } from '../values.ts';

/** What layers are drawn into. */
export class NetworkDraft {
  readonly builder: GraphBuilder;
  readonly random: Random;
  readonly weights = new Map<string, Tensor>();
  /** Values so far, the latest last. */
  readonly values: string[] = [];
  readonly #kind: ValueKind;

  constructor(name: string, random: Random, kind: ValueKind) {
    this.builder = new GraphBuilder(name);
    this.random = random;
    this.#kind = kind;
  }

  /** One of these. */
  pick<T>(choices: readonly T[]): T {
    return choices[this.random.integer(choices.length)] as T;
  }

  /** A whole number from `least` to `most`. */
  between(least: number, most: number): number {
    return least + this.random.integer(most - least + 1);
  }

  chance(probability: number): boolean {
    return this.random.next() < probability;
  }

  shapeOf(value: string): Shape {
    return this.builder.typeOf(value).shape;
  }

  /** A parameter, often one of this role and shape that another layer reads already. */
  parameter(shape: Shape, role: ParameterRole): string {
    const stem = `${role} ${shape.join('×')}`;
    if (this.weights.has(stem) && this.chance(0.4)) return stem;
    const name = this.builder.parameter(this.builder.uniqueName(stem), shape, role);
    this.weights.set(name, this.#numbers(shape, role));
    return name;
  }

  /** Weights shrink with what they are summed over, so that a long chain does not leave the range. */
  #numbers(shape: Shape, role: ParameterRole): Tensor {
    const isPositive = role === 'scale' || role === 'variance';
    const tensor = drawTensor(
      shape,
      this.#kind === 'integers' && !isPositive ? 'integers' : 'uniform',
      this.random,
    );
    const terms = Math.max(1, elementCount(shape.slice(0, -1)));
    const factor = role === 'weight' && this.#kind !== 'integers' ? Math.min(1, 2 / Math.sqrt(terms)) : 1;
    tensor.data.forEach((value, index) => {
      tensor.data[index] = isPositive ? 1 + value / 2 : value * factor;
    });
    return tensor;
  }
}
