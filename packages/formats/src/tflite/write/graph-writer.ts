import type { Graph, ValueType, ValueTypes, Weights } from '@sepconv/graph';
import { formatShape, type Shape, type Tensor, toFloat32 } from '@sepconv/tensor';
import type { ByteType } from '../../byte-type.js';
import { quote, refuse } from '../../errors.js';
import type { ElementType, TfliteQuantization } from '../model.js';
import { operatorNames } from '../operator-names.js';
import type { WrittenModel, WrittenOperator, WrittenOptions, WrittenTensor } from './encode.js';
import { leastRuntime, minRuntimeVersion, versionOf } from './versions.js';

/** What a value's elements are in the file. */
export type WrittenType = Extract<ElementType, 'float32' | 'int32' | 'int8' | 'uint8' | 'bool'>;

/** A type of the file with its shape and what its integers stand for. */
export interface TypeInFile {
  readonly type: WrittenType;
  readonly shape: Shape;
  readonly quantization?: TfliteQuantization;
}

const typedArrays = {
  float32: Float32Array,
  int32: Int32Array,
  int8: Int8Array,
  uint8: Uint8Array,
  bool: Uint8Array,
} as const satisfies Record<WrittenType, unknown>;

/** How many steps lie between the bytes of both types that stand for the same numbers. */
const shiftTo = { int8: -128, uint8: 128 } as const;

/** The same numbers as bytes of the other type. */
export function flippedType({ type, shape, quantization }: TypeInFile): TypeInFile {
  const to: ByteType = type === 'int8' ? 'uint8' : 'int8';
  const shifted = quantization && {
    ...quantization,
    zeroPoint: quantization.zeroPoint.map((zero) => zero + shiftTo[to]),
  };
  return { type: to, shape, ...(shifted && { quantization: shifted }) };
}

/** Bytes as those of the other type: in two's complement the first bit is another one. */
function flippedBytes(data: Int8Array | Uint8Array): Int8Array | Uint8Array {
  const flipped = Uint8Array.from(data, (value) => (value & 255) ^ 128);
  return data instanceof Int8Array ? flipped : new Int8Array(flipped.buffer);
}

/**
 * Collects the tensors and operators of a file. A graph's value is a tensor of its name; one of bytes may be there in both types,
 * int8 and uint8, as the operators that read it need it: one is made of the other where it is asked for.
 */
export class TfliteWriter {
  readonly types: ValueTypes;
  readonly #weights: Weights;
  readonly #parameters: ReadonlySet<string>;
  readonly #tensors: WrittenTensor[] = [];
  readonly #operators: WrittenOperator[] = [];
  readonly #codes = new Map(operatorNames().map((name, code) => [name, code]));
  readonly #known = new Map<string, number>();
  readonly #forms = new Map<string, Map<WrittenType, number>>();
  readonly #views = new Map<Tensor, Map<string, ArrayBufferView>>();
  #runtime = leastRuntime;

  constructor(graph: Graph, weights: Weights, types: ValueTypes) {
    this.types = types;
    this.#weights = weights;
    this.#parameters = new Set(graph.parameters.map(({ name }) => name));
  }

  /** What was collected, as a file. */
  model(inputs: readonly number[], outputs: readonly number[]): WrittenModel {
    return { tensors: this.#tensors, operators: this.#operators, inputs, outputs };
  }

  /** The first version of TensorFlow whose runtime has all operators so far. */
  get runtime(): string {
    return this.#runtime;
  }

  typeOf(value: string): ValueType {
    return this.types.get(value) ?? refuse(`the graph has no value ${quote(value)}`);
  }

  shapeOf(value: string): Shape {
    return this.typeOf(value).shape;
  }

  /** What a value of the graph is in the file, unless an operator needs the other type of bytes. */
  inFile(value: string): TypeInFile {
    const { dtype, shape, quantization } = this.typeOf(value);
    const type = dtype === 'int8' || dtype === 'uint8' || dtype === 'int32' ? dtype : 'float32';
    const stored = quantization && { axis: 0, ...quantization };
    return { type, shape, ...(stored && type !== 'float32' && { quantization: stored }) };
  }

  /** A tensor that stands for no value of the graph. */
  helper(stem: string, type: TypeInFile): number {
    return this.#tensor({ name: stem, ...type });
  }

  /** A tensor of real numbers that stands for no value of the graph. */
  real(stem: string, shape: Shape): number {
    return this.helper(stem, { type: 'float32', shape });
  }

  /** What a tensor is. */
  tensorType(tensor: number): TypeInFile {
    return this.#tensors[tensor] as TypeInFile;
  }

  /** The tensor of a value that an operator gives, of its own type or, of bytes, of the other one. */
  result(value: string, type?: WrittenType): number {
    const own = this.inFile(value);
    if ((own.quantization?.scale.length ?? 1) > 1)
      refuse(
        `${quote(value)} has a scale for each channel, which in TFLite only weights have: quantize it as a whole`,
      );
    const made = type === undefined || type === own.type ? own : flippedType(own);
    const tensor = this.#tensor({ name: value, ...made });
    this.#forms.set(value, new Map([[made.type, tensor]]));
    return tensor;
  }

  /** The type in which a value of bytes is there already: of both the one in which it was computed. */
  formOf(value: string): WrittenType {
    const [form] = this.#forms.get(value)?.keys() ?? [];
    return form ?? this.inFile(value).type;
  }

  /** The tensor of a value, of its own type or, of bytes, of the other one. */
  value(name: string, type: WrittenType = this.inFile(name).type): number {
    const weight = this.weight(name);
    if (weight !== undefined) return this.#constantOf(name, weight, type);
    const forms = this.#forms.get(name) ?? refuse(`reads ${quote(name)}, which nothing before it computes`);
    const known = forms.get(type);
    if (known !== undefined) return known;
    const [[, from] = refuse(`reads ${quote(name)} as ${type}`)] = [...forms];
    const made = flippedType(this.tensorType(from));
    if (made.type !== type)
      refuse(`reads ${quote(name)}, which is ${this.tensorType(from).type}, as ${type}`);
    const tensor = this.helper(`${name}/${type}`, made);
    forms.set(type, tensor);
    this.operator('QUANTIZE', [from], [tensor]);
    return tensor;
  }

  /** The numbers of a parameter, or `undefined` for a value that the network computes. */
  weight(value: string): Tensor | undefined {
    return this.#parameters.has(value) ? this.#weights.get(value) : undefined;
  }

  /** The numbers of a parameter that an operator wants as a constant. */
  expectWeight(value: string | undefined, what: string): Tensor {
    const tensor = value === undefined ? undefined : this.weight(value);
    return (
      tensor ??
      refuse(
        `${what} must be a parameter, but ${quote(value ?? '')} is computed by the network: run what computes it, and write the result`,
      )
    );
  }

  /** A constant that is made once, however often it is asked for. */
  constant(key: string, make: () => WrittenTensor): number {
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const tensor = this.#tensor(make());
    this.#known.set(key, tensor);
    return tensor;
  }

  /** Integers, such as a shape. */
  integers(values: readonly number[], stem: string, shape: Shape = [values.length]): number {
    return this.constant(`integers ${shape.join()} ${values.join()}`, () => ({
      name: stem,
      shape,
      type: 'int32',
      data: Int32Array.from(values),
    }));
  }

  /** Real numbers that the graph has not as a parameter. */
  numbers(values: Float32Array, stem: string, shape: Shape = [values.length]): number {
    return this.constant(`numbers ${shape.join()} ${values.join()}`, () => ({
      name: stem,
      shape,
      type: 'float32',
      data: values,
    }));
  }

  /** One number that meets all of another value. */
  number(value: number, stem: string): number {
    return this.numbers(Float32Array.of(value), stem, []);
  }

  /** One number of a type, as it is stored there, which meets all of another value. */
  scalarOf({ type, quantization }: Omit<TypeInFile, 'shape'>, value: number, stem: string): number {
    return this.constant(`${type} ${value} ${JSON.stringify(quantization)}`, () => ({
      name: stem,
      type,
      shape: [1],
      data: typedArrays[type].of(value),
      ...(quantization && { quantization }),
    }));
  }

  /** A parameter as real numbers in another form: `how` tells apart the forms, which are made once. */
  realWeight(name: string, how: string, make: (weight: Tensor<'float32'>) => Tensor<'float32'>): number {
    const weight = this.expectWeight(name, 'the weight');
    return this.constant(`${how} ${name}`, () => {
      const { shape } = make({ ...toFloat32(weight), shape: weight.shape });
      return {
        name,
        shape,
        type: 'float32',
        data: this.view(weight, how, () => make(toFloat32(weight)).data),
      };
    });
  }

  /** What is made of a weight, once for all names that it has. */
  view(weight: Tensor, how: string, make: () => ArrayBufferView): ArrayBufferView {
    const views = this.#views.get(weight) ?? new Map<string, ArrayBufferView>();
    this.#views.set(weight, views);
    const view = views.get(how) ?? make();
    views.set(how, view);
    return view;
  }

  /** Appends an operator. */
  operator(
    name: string,
    inputs: readonly number[],
    outputs: readonly number[],
    options?: WrittenOptions,
  ): void {
    const code = this.#codes.get(name) as number;
    const typesOf = (indices: readonly number[]) => indices.map((index) => this.#tensors[index]);
    const version = versionOf({ name, inputs: typesOf(inputs), outputs: typesOf(outputs), options });
    this.#runtime = minRuntimeVersion(this.#runtime, name, version);
    this.#operators.push({ code, version, inputs, outputs, ...(options && { options }) });
  }

  /** Appends an operator whose result stands for no value of the graph, and gives its tensor. */
  helperOperator(
    name: string,
    inputs: readonly number[],
    output: { readonly stem: string } & TypeInFile,
    options?: WrittenOptions,
  ): number {
    const { stem, ...type } = output;
    const tensor = this.helper(stem, type);
    this.operator(name, inputs, [tensor], options);
    return tensor;
  }

  /** Appends what moves the dimensions of a tensor to other places. */
  transposed(tensor: number, permutation: readonly number[], stem: string): number {
    const { shape, ...type } = this.tensorType(tensor);
    const moved = permutation.map((axis) => shape[axis] as number);
    const order = this.integers(permutation, `${stem}/permutation`);
    return this.helperOperator('TRANSPOSE', [tensor, order], { stem, ...type, shape: moved });
  }

  #tensor(tensor: WrittenTensor): number {
    if (tensor.shape.length > 8)
      refuse(
        `${quote(tensor.name)} of ${formatShape(tensor.shape)} has more dimensions than TFLite's operators take`,
      );
    return this.#tensors.push(tensor) - 1;
  }

  #constantOf(name: string, weight: Tensor, type: WrittenType): number {
    const own = this.inFile(name);
    return this.constant(`${type} ${name}`, () => {
      if (own.type === 'float32')
        return { name, ...own, data: this.view(weight, 'real', () => toFloat32(weight).data) };
      if (own.type === type) return { name, ...own, data: weight.data };
      const flip = () => flippedBytes(weight.data as Int8Array);
      return { name, ...flippedType(own), data: this.view(weight, 'flipped', flip) };
    });
  }
}
