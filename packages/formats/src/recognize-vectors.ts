/** @file Numbers of which there is one for all channels or one for each, and parameters that recognizers make of them. */
import type { Network, Node, Parameter, ParameterRole } from '@sepconv/graph';
import { createTensor, elementCount, sameShape, type Tensor } from '@sepconv/tensor';
import { bothWays, type TypedSurroundings } from './recognize-around.js';

/** A node's other input, and the parameter with its numbers. */
export interface WithNumbers {
  readonly input: string;
  readonly parameter: string;
  readonly numbers: Tensor;
}

/** The other input and the numbers, where one input of the node is a parameter of one number or of one per channel. */
export function withNumbers(
  { weights, types }: TypedSurroundings,
  node: Node,
  channels: number,
): WithNumbers | undefined {
  const result = types.get(node.outputs[0] as string)?.shape ?? [];
  for (const [input, parameter] of bothWays(node)) {
    const numbers = weights.get(parameter);
    const shape = types.get(input)?.shape;
    if (numbers === undefined || shape === undefined || weights.has(input)) continue;
    const count = elementCount(numbers.shape);
    const fits = count === 1 || (count === channels && numbers.shape.at(-1) === channels);
    // A constant of more dimensions than the value would give the result more, too.
    if (fits && numbers.dtype === 'float32' && sameShape(shape, result)) return { input, parameter, numbers };
  }
  return undefined;
}

/** Names that nothing in the graph has yet. */
function uniqueNames({ graph }: Network): (stem: string) => string {
  const taken = new Set([
    ...[...graph.inputs, ...graph.parameters].map(({ name }) => name),
    ...graph.nodes.flatMap(({ outputs }) => outputs),
  ]);
  return (stem) => {
    let name = stem;
    for (let count = 1; taken.has(name); count++) name = `${stem}_${count}`;
    taken.add(name);
    return name;
  };
}

/** A network's parameters while a recognizer makes its nodes read others. */
export class VectorParameters {
  readonly #weights: Map<string, Tensor>;
  readonly #parameters: Map<string, Parameter>;
  readonly #unique: (stem: string) => string;
  #isChanged = false;

  constructor(network: Network) {
    this.#weights = new Map(network.weights);
    this.#parameters = new Map(network.graph.parameters.map((parameter) => [parameter.name, parameter]));
    this.#unique = uniqueNames(network);
  }

  /** Adds a vector under a name that is made unique. */
  add(stem: string, role: ParameterRole, vector: Tensor<'float32'>): string {
    const name = this.#unique(stem);
    this.#parameters.set(name, { name, role, dtype: 'float32', shape: vector.shape });
    this.#weights.set(name, vector);
    this.#isChanged = true;
    return name;
  }

  /** Adds a copy with one number per channel. */
  addCopy(stem: string, role: ParameterRole, { data }: Tensor, channels: number): string {
    const numbers = data.length === 1 ? new Float32Array(channels).fill(data[0] as number) : data.slice();
    return this.add(stem, role, createTensor('float32', [channels], numbers as Float32Array));
  }

  /** A parameter that is a vector already keeps the file's name and gets the role; of another a copy is added. */
  take(stem: string, role: ParameterRole, { parameter, numbers }: WithNumbers, channels: number): string {
    const known = this.#parameters.get(parameter);
    if (known === undefined || !sameShape(known.shape, [channels])) {
      return this.addCopy(stem, role, numbers, channels);
    }
    this.#parameters.set(parameter, { ...known, role });
    this.#isChanged = true;
    return parameter;
  }

  /** The network with these nodes and the parameters, or the same one where nothing was added or taken. */
  apply(network: Network, nodes: readonly Node[]): Network {
    if (!this.#isChanged) return network;
    const parameters = [...this.#parameters.values()];
    return { graph: { ...network.graph, nodes, parameters }, weights: this.#weights };
  }
}
