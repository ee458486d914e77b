/** @file A graph in the making, in which a value may be there as real numbers, as integers, or as both. */

import { requantizeTable } from '@sepconv/formats/tflite';
import { type Graph, GraphBuilder, type Network, type ParameterRole, type StoredAs } from '@sepconv/graph';
import { type DType, quantizeTensor, type Tensor, toFloat32 } from '@sepconv/tensor';

const quantizationOf = ({ scale, zeroPoint }: StoredAs) => ({ scale: [scale], zeroPoint: [zeroPoint] });

/** Collects nodes and parameters. Conversions are made where somebody needs them, once each. */
export class Emitter {
  readonly builder: GraphBuilder;
  readonly weights = new Map<string, Tensor>();
  readonly #float: Network;
  readonly #storage: (value: string) => StoredAs;
  readonly #real = new Map<string, string>();
  readonly #stored = new Map<string, { readonly name: string; readonly as: StoredAs }>();
  readonly #requantized = new Map<string, string>();
  readonly #parameters: ReadonlySet<string>;
  /** Values that must be real numbers under their own name. */
  readonly #realNames: ReadonlySet<string>;

  /**
   * @param storage how each value is stored that is there in integers.
   * @param realNames values that are real numbers under their own names; all others are so as integers.
   */
  constructor(float: Network, storage: (value: string) => StoredAs, realNames: ReadonlySet<string>) {
    this.builder = new GraphBuilder(float.graph.name);
    this.#float = float;
    this.#storage = storage;
    this.#realNames = realNames;
    this.#parameters = new Set(float.graph.parameters.map(({ name }) => name));
  }

  isParameter(value: string): boolean {
    return this.#parameters.has(value);
  }

  /** The real numbers of a parameter. */
  constantOf(value: string): Tensor<'float32'> {
    return toFloat32(this.#float.weights.get(value) as Tensor);
  }

  parameter(stem: string, tensor: Tensor, role: ParameterRole): string {
    const name = this.builder.uniqueName(stem);
    this.builder.parameter(name, tensor.shape, role, tensor.dtype, tensor.quantization);
    this.weights.set(name, tensor);
    return name;
  }

  input(name: string, shape: readonly number[], dtype: DType, as?: StoredAs): void {
    this.builder.input(name, shape, dtype, as && quantizationOf(as));
    if (as === undefined) this.#real.set(name, name);
    else this.#stored.set(name, { name, as });
  }

  /** The name under which a value's integers are to be computed. */
  nameOf(value: string): string {
    return this.builder.uniqueName(this.#realNames.has(value) ? `${value}/stored` : value);
  }

  /** Says that a node computes a value's integers. */
  defineStored(value: string, name: string, as: StoredAs): void {
    this.#stored.set(value, { name, as });
  }

  /** Says that a node of this name computes a value's real numbers. */
  defineReal(value: string, name = value): void {
    this.#real.set(value, name);
  }

  /** How a value's integers are stored, once it is there. */
  storageOf(value: string): StoredAs {
    return this.#stored.get(value)?.as ?? this.#storage(value);
  }

  /** A value as integers, as it is stored everywhere. */
  stored(value: string): string {
    const found = this.#stored.get(value);
    if (found !== undefined) return found.name;
    const as = this.#storage(value);
    const { dtype } = as;
    const name = this.builder.uniqueName(`${value}/stored`);
    if (this.isParameter(value)) {
      const tensor = quantizeTensor(this.constantOf(value), dtype, quantizationOf(as));
      this.parameter(name, tensor, 'constant');
    } else {
      const attributes = { dtype, ...quantizationOf(as), by: 'reciprocal' } as const;
      this.builder.node('quantize', [this.real(value)], attributes, name);
    }
    this.#stored.set(value, { name, as });
    return name;
  }

  /** A value as integers that are stored as another one is. */
  storedAs(value: string, as: StoredAs): string {
    const own = this.stored(value);
    const present = this.storageOf(value);
    const table = requantizeTable(present, as);
    if (table === undefined) return own;
    const key = `${value} ${as.scale} ${as.zeroPoint}`;
    const found = this.#requantized.get(key);
    if (found !== undefined) return found;
    const rows = this.parameter(`${value}/rescale-table`, table, 'constant');
    const name = this.builder.node('lookup', [own, rows], {}, this.builder.uniqueName(`${value}/rescaled`));
    this.#requantized.set(key, name);
    return name;
  }

  /** A value as real numbers. */
  real(value: string): string {
    const found = this.#real.get(value);
    if (found !== undefined) return found;
    if (this.isParameter(value)) {
      const { role } = this.#float.graph.parameters.find(({ name }) => name === value) as {
        role: ParameterRole;
      };
      this.builder.parameter(value, this.constantOf(value).shape, role);
      this.weights.set(value, this.constantOf(value));
      this.#real.set(value, value);
      return value;
    }
    const stored = this.#stored.get(value);
    const name = this.#realNames.has(value) ? value : this.builder.uniqueName(`${value}/real`);
    this.builder.node('dequantize', [(stored as { name: string }).name], {}, name);
    this.#real.set(value, name);
    return name;
  }

  /** The finished network with these outputs. */
  build(outputs: readonly string[]): Network {
    const graph: Graph = this.builder.build(outputs);
    return { graph, weights: this.weights };
  }
}
