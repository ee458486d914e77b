import { inferTypes, type Network, type Node, type OpName, producersOf } from '@sepconv/graph';
import { type Tensor, zeros } from '@sepconv/tensor';
import type { FloatTensor } from './floats.ts';
import { withQuantization } from './integers.ts';
import { boundWithOverflow, errorForReaders } from './overflow.ts';
import { conformanceOps } from './registry.ts';
import { runSingleNode } from './single-node.ts';
import type { OpConformance, Runner } from './types.ts';

/** What a network gives, and how far from it an implementation may be, element by element. */
export interface BoundedValue {
  readonly output: Tensor;
  readonly bound: FloatTensor;
}

/** What else to bound, and from where. */
export interface BoundOptions {
  /**
   * Values that an implementation has been seen to give, by name. Each is bounded like an output, and then *taken over*:
   * what follows is bounded for exactly these numbers, with no error. Bounds then span only the nodes between.
   */
  readonly checkpoints?: ReadonlyMap<string, Tensor>;
}

/**
 * Runs one node in the oracle, and carries the errors of its inputs to its output.
 *
 * @param inputs what the oracle reads and how far an implementation's may be from it, in the order of `node.inputs`.
 * @param producerTerms multiply-adds per element of the node that wrote the first input, if BatchNorm may be folded
 *   into it; 0 by default.
 */
export async function boundNode(
  node: Node,
  inputs: readonly BoundedValue[],
  oracle: Runner,
  producerTerms = 0,
): Promise<BoundedValue> {
  const tensors = inputs.map(({ output }) => output);
  const output = await runSingleNode(oracle, node, tensors);
  // The table pairs op and attributes by name, which the compiler cannot follow through a union.
  const conformance = conformanceOps[node.op] as OpConformance<OpName>;
  const bound = await boundWithOverflow(conformance.bound, {
    node: node as never,
    inputs: tensors,
    errors: inputs.map((input) => errorForReaders(input.output, input.bound)),
    output,
    producerTerms,
    run: (others, other = node) => runSingleNode(oracle, other, others) as Promise<FloatTensor>,
  });
  return { output, bound };
}

/** Multiply-adds per element of a node's output. */
function termsOf(node: Node | undefined, shapeOf: (name: string) => readonly number[]): number {
  const product = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);
  switch (node?.op) {
    case 'conv2d':
    case 'conv-transpose2d':
    case 'pointwise-conv2d':
      return product(shapeOf(node.inputs[1]!).slice(0, 3));
    case 'depthwise-conv2d':
      return product(shapeOf(node.inputs[1]!).slice(0, 2));
    case 'separable-conv2d':
      return shapeOf(node.inputs[2]!)[2]!;
    case 'matmul':
      return shapeOf(node.inputs[0]!).at(-1)!;
    case 'dense':
      return shapeOf(node.inputs[1]!)[0]!;
    default:
      return 0;
  }
}

/**
 * Runs a network node by node in the oracle and carries along, for every element, how far a float32 implementation may
 * be from it: each op's bound takes the errors of its inputs and gives that of its output. BatchNorm may be folded, and
 * activations fused; see the ops' bounds.
 *
 * How loose: one node is as tight as its op's bound. Behind that, an error grows by `Σ|w|` per convolution, as if all
 * errors had the worst sign, where a real one grows like `√Σw²`: by √k less per layer. In numbers, for blocks of
 * depthwise, pointwise, BatchNorm and relu6 with 64 channels and values up to 4: the bound is 2·10⁻⁴ behind one block,
 * 2·10⁻³ behind two, 0.16 behind four, and behind eight it is 6, which relu6 cannot exceed. With a checkpoint at every
 * activation, a float32 implementation comes to a fifth of what is allowed at any depth: whole MobileNets need them.
 *
 * @returns the network's outputs and the checkpoints, by name.
 */
export async function boundNetwork(
  { graph, weights }: Network,
  inputs: ReadonlyMap<string, Tensor>,
  oracle: Runner,
  { checkpoints = new Map() }: BoundOptions = {},
): Promise<ReadonlyMap<string, BoundedValue>> {
  const types = inferTypes(graph);
  const producers = producersOf(graph);
  const wanted = new Set([...graph.outputs, ...checkpoints.keys()]);
  const bounded = new Map<string, BoundedValue>();
  const values = new Map<string, BoundedValue>();
  const define = (name: string, value: BoundedValue): void => {
    if (wanted.has(name)) bounded.set(name, value);
    const taken = checkpoints.get(name);
    values.set(
      name,
      taken === undefined
        ? value
        : {
            output: withQuantization(taken, value.output.quantization),
            bound: zeros('float32', taken.shape),
          },
    );
  };
  for (const [name, tensor] of inputs) {
    const output = withQuantization(tensor, types.get(name)?.quantization);
    define(name, { output, bound: zeros('float32', tensor.shape) });
  }
  for (const { name } of graph.parameters) {
    const output = withQuantization(weights.get(name)!, types.get(name)!.quantization);
    define(name, { output, bound: zeros('float32', output.shape) });
  }
  for (const node of graph.nodes) {
    const given = node.inputs.map((name) => values.get(name)!);
    const terms = termsOf(producers.get(node.inputs[0]!), (name) => types.get(name)!.shape);
    define(node.outputs[0]!, await boundNode(node, given, oracle, terms));
  }
  return bounded;
}
