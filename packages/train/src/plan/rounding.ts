/** @file Planning of values that are rounded as integers will hold them: scripts behind the nodes that give them. */
import type { Node } from '@sepconv/graph';
import type { Buffer, StepList } from './step-list.js';

/** Rounds a value on the way forward, and says what flows back through that. */
export interface ValueRounder {
  forward(x: Float32Array, output: Float32Array): void;
  backward(x: Float32Array, output: Float32Array, gradient: Float32Array, toInput: Float32Array): void;
}

/** Which values of a network are rounded. */
export interface ValueRounding {
  /** Results that everybody reads rounded. */
  readonly results: ReadonlyMap<string, ValueRounder>;
  /** Values that some nodes read rounded, and others as they are. */
  readonly seams: ReadonlyMap<string, ValueRounder>;
  /** Names of the nodes that read those as they are. */
  readonly realReaders: ReadonlySet<string>;
}

/** What is planned so far, to be added to. */
interface Present {
  readonly list: StepList;
  readonly values: Map<string, Buffer>;
  readonly needsGradient: Set<string>;
  readonly gradients: { give(name: string, gradient: Buffer): void };
  readonly wayBack: { readonly value: string; backward(gradient: Buffer): void }[];
}

/** No name of a graph has this character in it. */
const mark = '\u0000';

/** The roundings of a plan under construction: a value that is rounded is there twice, under two names. */
export class Roundings {
  readonly #rounding: ValueRounding | undefined;
  readonly #present: Present;

  constructor(rounding: ValueRounding | undefined, present: Present) {
    this.#rounding = rounding;
    this.#present = present;
  }

  /** The name under which a node's own result is kept. */
  realName(value: string): string {
    return this.#rounding?.results.has(value) ? `${value}${mark}real` : value;
  }

  /** The names under which a node reads its inputs. */
  readsOf({ name, inputs }: Node): readonly string[] {
    const rounding = this.#rounding;
    if (rounding === undefined || rounding.realReaders.has(name)) return inputs;
    return inputs.map((value) => (rounding.seams.has(value) ? `${value}${mark}rounded` : value));
  }

  /** Rounds a result that everybody reads rounded. */
  result(value: string): void {
    this.#round(this.#rounding?.results.get(value), this.realName(value), value);
  }

  /** Rounds a value for those who read it so. */
  seam(value: string): void {
    this.#round(this.#rounding?.seams.get(value), value, `${value}${mark}rounded`);
  }

  #round(rounder: ValueRounder | undefined, from: string, to: string): void {
    if (rounder === undefined) return;
    const { list, values, needsGradient, gradients, wayBack } = this.#present;
    const x = values.get(from) as Buffer;
    const output = list.buffer(`${to}/rounded`, x.floats);
    list.script(`round ${to}`, [x, output], (...views) =>
      rounder.forward(...(views as [Float32Array, Float32Array])),
    );
    values.set(to, output);
    // The range has a gradient, whether or not what is rounded has one.
    needsGradient.add(to);
    wayBack.push({
      value: to,
      backward: (gradient) => {
        const toInput = list.buffer(`${from}/gradient`, x.floats);
        list.script(`round ${to}`, [x, output, gradient, toInput], (...views) =>
          rounder.backward(...(views as [Float32Array, Float32Array, Float32Array, Float32Array])),
        );
        if (needsGradient.has(from)) gradients.give(from, toInput);
      },
    });
  }
}
