/**
 * @file LayerNorm as exporters spell it out before operator set 17, over the last dimension of the graph, which is the
 * channels of an image:
 *
 * `mean = E[x]; d = x − mean; y = d / √(E[d²] + ε) · scale + shift`
 *
 * Means of the last dimension may be written as pooling between two reshapes: what is a mean of what goes by the order in memory.
 */
import type { Network, Node, NodeOf, OpName } from '@sepconv/graph';
import { elementCount, filled, type Shape, sameShape } from '@sepconv/tensor';
import { bothWays, scalarOf, type TypedSurroundings, typedSurroundingsOf } from './recognize-around.js';
import { VectorParameters, type WithNumbers, withNumbers } from './recognize-vectors.js';

/** Reshapes between two steps, more than anybody writes: a file of nothing else must not take forever. */
const mostReshapes = 8;

/** A spelled-out normalization: what goes in, and the last node of it. */
interface Spelled {
  readonly input: string;
  readonly channels: number;
  readonly epsilon: number;
  readonly scale?: WithNumbers;
  readonly shift?: WithNumbers;
  readonly last: Node;
}

/** Reads the nodes of one pattern backwards, and keeps which ones it went through. */
class Trail {
  readonly #around: TypedSurroundings;
  readonly #passed = new Set<Node>();

  constructor(around: TypedSurroundings) {
    this.#around = around;
  }

  shape(value: string): Shape {
    return this.#around.types.get(value)?.shape ?? [];
  }

  /** The value with the same numbers in the same order in front of reshapes. */
  bare(value: string): string {
    return this.#reshapesBefore(value).at(-1)?.inputs[0] ?? value;
  }

  pass(node: Node): void {
    this.#passed.add(node);
  }

  /** The node of one of these ops that computes the value, perhaps in another shape. */
  producer<Name extends OpName>(value: string, ...ops: readonly Name[]): NodeOf<Name> | undefined {
    const reshapes = this.#reshapesBefore(value);
    const node = this.#around.producers.get(reshapes.at(-1)?.inputs[0] ?? value);
    if (node === undefined || !(ops as readonly OpName[]).includes(node.op)) return undefined;
    for (const passed of [...reshapes, node]) this.pass(passed);
    return node as NodeOf<Name>;
  }

  /** The reshapes that a value has behind it, the last first. */
  #reshapesBefore(value: string): Node[] {
    const reshapes: Node[] = [];
    let node = this.#around.producers.get(value);
    while ((node?.op === 'reshape' || node?.op === 'flatten') && reshapes.length < mostReshapes) {
      reshapes.push(node);
      node = this.#around.producers.get(node.inputs[0] as string);
    }
    return reshapes;
  }

  /** Whether what was passed, but for the last node's result, is read by nothing else. */
  isPrivate(last: Node): boolean {
    return [...this.#passed].every(
      (node) =>
        node === last ||
        node.outputs.every((output) =>
          this.#around.readers(output).every((reader) => reader !== 'output' && this.#passed.has(reader)),
        ),
    );
  }
}

/** What a value is the mean of, where it is one of so many numbers that lie side by side. */
function meanOf(trail: Trail, value: string): { readonly of: string; readonly extent: number } | undefined {
  const node = trail.producer(value, 'global-average-pool2d', 'reduce-mean');
  const of = node?.inputs[0] ?? '';
  const shape = trail.shape(of);
  if (node?.op === 'reduce-mean') {
    const [first = 0] = node.attributes.axes;
    const areLast = first + node.attributes.axes.length === shape.length;
    return areLast ? { of, extent: elementCount(shape.slice(first)) } : undefined;
  }
  return shape[3] === 1 ? { of, extent: elementCount(shape.slice(1)) } : undefined;
}

/** Whether a value has one number for each position of a shape's dimensions but the last, and counts them like it. */
function isPerPosition(statistic: Shape, shape: Shape): boolean {
  const channels = shape.at(-1) as number;
  return statistic.at(-1) === 1 && elementCount(statistic) * channels === elementCount(shape);
}

/** Whether a value is the square of another one, written as a power or as a product. */
function isSquare(around: TypedSurroundings, trail: Trail, value: string, of: string): boolean {
  const node = trail.producer(value, 'pow', 'mul');
  const [a = '', b = ''] = node?.inputs ?? [];
  if (trail.bare(a) !== of) return false;
  return node?.op === 'pow' ? scalarOf(around, b) === 2 : trail.bare(b) === of;
}

/** `E[…] + ε`. */
function withEpsilon(
  around: TypedSurroundings,
  sum: Node,
): { readonly variance: string; readonly epsilon: number } | undefined {
  for (const [variance, number] of bothWays(sum)) {
    const epsilon = scalarOf(around, number);
    if (epsilon !== undefined && epsilon >= 0 && Number.isFinite(epsilon)) return { variance, epsilon };
  }
  return undefined;
}

/** The only reader of a value, if it is this op with numbers that are one for all channels or one for each. */
function readerWithNumbers(
  around: TypedSurroundings,
  value: string,
  op: 'mul' | 'add',
  channels: number,
): { readonly node: Node; readonly numbers: WithNumbers } | undefined {
  const [node] = around.readers(value);
  if (!around.isPrivate(value) || node === undefined || node === 'output' || node.op !== op) return undefined;
  const numbers = withNumbers(around, node, channels);
  return numbers?.input === value ? { node, numbers } : undefined;
}

/** `(x − E[x]) / √(E[(x − E[x])²] + ε)` that ends in this division, and the scale and the shift behind it. */
function spelledAt(around: TypedSurroundings, division: Node): Spelled | undefined {
  if (division.op !== 'div') return undefined;
  const trail = new Trail(around);
  trail.pass(division);
  const [centred = '', root = ''] = division.inputs;
  const difference = trail.producer(centred, 'sub');
  const [input = '', mean = ''] = difference?.inputs ?? [];
  const sum = trail.producer(trail.producer(root, 'sqrt')?.inputs[0] ?? '', 'add');
  const squares = sum && withEpsilon(around, sum);
  if (difference === undefined || squares === undefined) return undefined;
  const [ofInput, ofSquares] = [meanOf(trail, mean), meanOf(trail, squares.variance)];
  const shape = trail.shape(input);
  const channels = shape.at(-1);
  const [d = ''] = difference.outputs;
  const [result = ''] = division.outputs;
  const fits =
    ofInput !== undefined &&
    ofSquares !== undefined &&
    channels !== undefined &&
    ofInput.extent === channels &&
    ofSquares.extent === channels &&
    trail.bare(ofInput.of) === trail.bare(input) &&
    isSquare(around, trail, ofSquares.of, d) &&
    [mean, root].every((statistic) => isPerPosition(trail.shape(statistic), shape)) &&
    [d, centred, result].every((value) => sameShape(trail.shape(value), shape));
  if (!fits) return undefined;
  const scale = readerWithNumbers(around, result, 'mul', channels);
  const shift = readerWithNumbers(around, scale?.node.outputs[0] ?? result, 'add', channels);
  const last = shift?.node ?? scale?.node ?? division;
  for (const node of [scale?.node, shift?.node]) if (node !== undefined) trail.pass(node);
  if (!trail.isPrivate(last)) return undefined;
  return {
    input,
    channels,
    epsilon: squares.epsilon,
    last,
    ...(scale && { scale: scale.numbers }),
    ...(shift && { shift: shift.numbers }),
  };
}

/** Puts a layer-norm in place of every one that is spelled out; the value at the end keeps its name. */
export function recognizeLayerNorms(network: Network): Network {
  const { nodes } = network.graph;
  // Types cost something, and most networks divide nothing.
  if (!nodes.some(({ op }) => op === 'div')) return network;
  const around = typedSurroundingsOf(network);
  const parameters = new VectorParameters(network);
  const replaced = new Map<Node, Node>();
  for (const node of nodes) {
    const found = spelledAt(around, node);
    if (found === undefined) continue;
    const { input, channels, epsilon, last, scale, shift } = found;
    const vector = (role: 'scale' | 'shift', numbers: WithNumbers | undefined, otherwise: number): string =>
      numbers === undefined
        ? parameters.add(`${last.name}/${role}`, role, filled('float32', [channels], otherwise))
        : parameters.take(`${last.name}/${role}`, role, numbers, channels);
    const inputs = [input, vector('scale', scale, 1), vector('shift', shift, 0)];
    const { name, outputs } = last;
    replaced.set(last, { name, op: 'layer-norm', inputs, outputs, attributes: { epsilon } });
  }
  return parameters.apply(
    network,
    nodes.map((node) => replaced.get(node) ?? node),
  );
}
