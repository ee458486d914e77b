import {
  checkQuantization,
  checkShape,
  type DType,
  formatShape,
  type Quantization,
  type Shape,
} from '@sepconv/tensor';
import { GraphError } from './errors.js';
import { inferNode, inferTypes } from './infer.js';
import type { AttributesOf, OpName } from './ops/registry.js';
import type { Graph, GraphInput, Node, NodeOf, Parameter, ParameterRole } from './types.js';
import type { ValueType } from './value-type.js';
import { kindOf } from './well-formed.js';

/** A type that shares no array with the caller's, and has no `quantization` where there is none. */
function typeOf(shape: Shape, dtype: DType, quantization: Quantization | undefined): ValueType {
  if (quantization === undefined) return { shape: [...shape], dtype };
  checkQuantization(quantization, shape);
  return { shape: [...shape], dtype, quantization };
}

/**
 * Builds a graph front to back. Every call validates at once, so that a mistake is reported where it is made; values
 * are names, so a finished part can be used anywhere.
 *
 * @example
 * const builder = new GraphBuilder('tiny');
 * const image = builder.input('image', [1, 8, 8, 3]);
 * const features = conv2d(builder, image, { name: 'conv', filters: 16, kernel: 3, strides: 2 });
 * const graph = builder.build([builder.node('relu6', [features], {})]);
 */
export class GraphBuilder {
  readonly #name: string;
  readonly #inputs: GraphInput[] = [];
  readonly #parameters: Parameter[] = [];
  /** By name, which is that of the node's output. */
  readonly #nodes = new Map<string, Node>();
  readonly #types = new Map<string, ValueType>();
  readonly #counts = new Map<string, number>();

  constructor(name: string) {
    if (typeof name !== 'string') throw new GraphError(`a graph is called by a text, not by ${kindOf(name)}`);
    this.#name = name;
  }

  /** Declares an input of the network and returns its name. */
  input(name: string, shape: Shape, dtype: DType = 'float32', quantization?: Quantization): string {
    checkShape(shape, `the input "${name}"`);
    const type = typeOf(shape, dtype, quantization);
    this.#define(name, type);
    this.#inputs.push({ name, ...type });
    return name;
  }

  /** Declares a parameter and returns its name; its numbers come later, from a file or `initializeWeights`. */
  parameter(
    name: string,
    shape: Shape,
    role: ParameterRole,
    dtype: DType = 'float32',
    quantization?: Quantization,
  ): string {
    if (!Array.isArray(shape)) {
      throw new GraphError(`the shape of the parameter "${name}" must be a list, but is ${kindOf(shape)}`);
    }
    const type = typeOf(shape, dtype, quantization);
    this.#define(name, type);
    this.#parameters.push({ name, ...type, role });
    return name;
  }

  /**
   * Appends a node with one output and returns the output's name, which is the node's. Without a name it is called
   * after its op and a running number.
   *
   * @throws {ShapeError} when the inputs do not fit the op.
   */
  node<Name extends OpName>(
    op: Name,
    inputs: readonly string[],
    attributes: AttributesOf[Name],
    name?: string,
  ): string {
    if (!Array.isArray(inputs)) {
      throw new GraphError(`the inputs of a node must be a list of values, but are ${kindOf(inputs)}`);
    }
    const nodeName = name ?? this.uniqueName(String(op));
    const node: NodeOf<Name> = { name: nodeName, op, inputs: [...inputs], outputs: [nodeName], attributes };
    // NodeOf<Name> is a member of the union for every single Name, which the compiler cannot see for a generic one.
    const member = node as unknown as Node;
    const [type] = inferNode(
      member,
      inputs.map((input) => this.typeOf(input)),
    );
    this.#define(nodeName, type as ValueType);
    this.#nodes.set(nodeName, member);
    return nodeName;
  }

  /** The type of a value that is already defined. */
  typeOf(value: string): ValueType {
    const type = this.#types.get(value);
    if (type === undefined)
      throw new GraphError(`"${String(value)}" is not a value of the graph "${this.#name}" yet`);
    return type;
  }

  /** The node that computes a value; `undefined` for inputs and parameters. */
  producerOf(value: string): Node | undefined {
    return this.#nodes.get(value);
  }

  /** `[N, H, W, C]` of an image value. */
  imageShapeOf(value: string): readonly [batch: number, height: number, width: number, channels: number] {
    const { shape } = this.typeOf(value);
    if (shape.length !== 4)
      throw new GraphError(`"${value}" must be an image [N, H, W, C], but is ${formatShape(shape)}`);
    return shape as unknown as readonly [number, number, number, number];
  }

  /** A name that no value has yet: `stem`, then `stem_1`, `stem_2`, …; `value` where there is no stem, as files leave names empty. */
  uniqueName(given: string): string {
    const stem = given === '' ? 'value' : given;
    let count = this.#counts.get(stem) ?? 0;
    let name: string;
    do {
      name = count === 0 ? stem : `${stem}_${count}`;
      count++;
    } while (this.#types.has(name));
    this.#counts.set(stem, count);
    return name;
  }

  /**
   * Does several things as one: where `steps` throws, the builder is as it was before.
   *
   * @example
   * builder.atomically(() => builder.node('dense', [rows, builder.parameter('w', [8, 4], 'weight')], {}));
   */
  atomically<Result>(steps: () => Result): Result {
    if (typeof steps !== 'function')
      throw new GraphError(`steps must be a function, but are ${kindOf(steps)}`);
    const { length: inputs } = this.#inputs;
    const { length: parameters } = this.#parameters;
    // Nothing is ever taken out, so that sizes say what was there: copies would make long networks slow to build.
    const [{ size: nodes }, { size: types }] = [this.#nodes, this.#types];
    try {
      return steps();
    } catch (error) {
      this.#inputs.length = inputs;
      this.#parameters.length = parameters;
      for (const name of [...this.#nodes.keys()].slice(nodes)) this.#nodes.delete(name);
      for (const name of [...this.#types.keys()].slice(types)) this.#types.delete(name);
      // Names are counted anew: `uniqueName` passes over those that there are.
      this.#counts.clear();
      throw error;
    }
  }

  /**
   * The finished graph, checked as a whole.
   *
   * @throws {GraphError} when an output is not defined.
   */
  build(outputs: readonly string[]): Graph {
    if (!Array.isArray(outputs)) {
      throw new GraphError(`outputs must be a list of values, such as [logits], but are ${kindOf(outputs)}`);
    }
    const graph: Graph = {
      name: this.#name,
      inputs: [...this.#inputs],
      parameters: [...this.#parameters],
      nodes: [...this.#nodes.values()],
      outputs: [...outputs],
    };
    inferTypes(graph);
    return graph;
  }

  #define(name: string, type: ValueType): void {
    if (typeof name !== 'string' || name === '') {
      throw new GraphError(`a value of a graph is called by a text, but not by ${kindOf(name)}`);
    }
    if (this.#types.has(name))
      throw new GraphError(`the graph "${this.#name}" has a value "${name}" already`);
    this.#types.set(name, { ...type, shape: [...type.shape] });
  }
}
