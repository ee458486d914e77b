/** @file A network as calls of TensorFlow.js: its fused ops where it has them, which is what its converter produces. */
import {
  type Network,
  type Node,
  type NodeOf,
  type Padding,
  samePadding,
  usesOf,
  type WindowAttributes,
} from '@sepconv/graph';
import type { Tensor as SepconvTensor } from '@sepconv/tensor';
import type * as Tf from '@tensorflow/tfjs-core';

type Fused = 'relu' | 'relu6' | undefined;

type Values = Map<string, Tf.Tensor>;
type Step = (values: Values) => void;

/** tfjs's fused ops know `same` and `valid`, which is all that these networks need. */
function padOf(
  { padding, strides, dilations }: WindowAttributes,
  [, height = 0, width = 0]: readonly number[],
  [kernelHeight = 0, kernelWidth = 0]: readonly number[],
): 'same' | 'valid' {
  const { top, bottom, left, right } = padding;
  const equals = (other: Padding): boolean =>
    other.top === top && other.bottom === bottom && other.left === left && other.right === right;
  if (equals({ top: 0, bottom: 0, left: 0, right: 0 })) return 'valid';
  if (equals(samePadding([height, width], [kernelHeight, kernelWidth], strides, dilations))) return 'same';
  throw new Error(
    `tfjs has no padding of ${top}, ${bottom}, ${left}, ${right} for a kernel of ${kernelHeight}×${kernelWidth}`,
  );
}

const pair = ([height, width]: readonly [number, number]): [number, number] => [height, width];

/** One op; `activation` is done in the store. */
function stepOf(tf: typeof Tf, node: Node, values: Values, activation: Fused): (v: Values) => Tf.Tensor {
  const [a = '', b = '', c = ''] = node.inputs;
  const image = (v: Values): Tf.Tensor4D => v.get(a) as Tf.Tensor4D;
  const kind: 'linear' | 'relu' | 'relu6' = activation ?? 'linear';
  const parameters = { filter: values.get(b) as Tf.Tensor4D, bias: values.get(c) as Tf.Tensor1D };
  const convolution = (attributes: WindowAttributes) => ({
    ...parameters,
    strides: pair(attributes.strides),
    dilations: pair(attributes.dilations),
    activation: kind,
  });
  switch (node.op) {
    case 'conv2d':
      if (node.attributes.groups !== 1) throw new Error('tfjs has no grouped convolution');
      return (v) => {
        const x = image(v);
        const pad = padOf(node.attributes, x.shape, parameters.filter.shape);
        return tf.fused.conv2d({ x, pad, ...convolution(node.attributes) });
      };
    case 'depthwise-conv2d':
      return (v) => {
        const x = image(v);
        const pad = padOf(node.attributes, x.shape, parameters.filter.shape);
        return tf.fused.depthwiseConv2d({ x, pad, ...convolution(node.attributes) });
      };
    case 'pointwise-conv2d':
      return (v) =>
        tf.fused.conv2d({ x: image(v), ...parameters, strides: 1, pad: 'valid', activation: kind });
    case 'dense': {
      const weight = values.get(b) as Tf.Tensor2D;
      return (v) =>
        tf.fused.matMul({ a: v.get(a) as Tf.Tensor2D, b: weight, bias: parameters.bias, activation: kind });
    }
    case 'add':
      return (v) => tf.add(v.get(a) as Tf.Tensor, v.get(b) as Tf.Tensor);
    case 'relu6':
      return (v) => tf.relu6(v.get(a) as Tf.Tensor);
    case 'relu':
      return (v) => tf.relu(v.get(a) as Tf.Tensor);
    case 'global-average-pool2d':
      return (v) => tf.mean(image(v), [1, 2]);
    case 'flatten':
      return (v) => tf.reshape(v.get(a) as Tf.Tensor, [(v.get(a) as Tf.Tensor).shape[0] as number, -1]);
    case 'softmax':
      return (v) => tf.softmax(v.get(a) as Tf.Tensor);
    default:
      throw new Error(`the tfjs network has no ${node.op}, which "${node.name}" needs`);
  }
}

/** The activation behind a node, if it is the only reader of its output and tfjs can do it in the store. */
function fusable(
  node: Node,
  users: readonly (Node | 'output')[],
): NodeOf<'relu6'> | NodeOf<'relu'> | undefined {
  const takesActivation = ['conv2d', 'depthwise-conv2d', 'pointwise-conv2d', 'dense'].includes(node.op);
  const [user, ...others] = users;
  if (!takesActivation || user === undefined || user === 'output' || others.length > 0) return undefined;
  return user.op === 'relu6' || user.op === 'relu' ? user : undefined;
}

/** The network as a function; its weights are tensors of tfjs from now on. */
export function tfjsNetwork(tf: typeof Tf, { graph, weights }: Network): (input: Tf.Tensor) => Tf.Tensor {
  const constants: Values = new Map(
    [...weights].map(([name, tensor]) => [
      name,
      tf.tensor(tensor.data as Float32Array, [...(tensor as SepconvTensor).shape]),
    ]),
  );
  const uses = usesOf(graph);
  const done = new Set<Node>();
  const steps: Step[] = [];
  for (const node of graph.nodes) {
    if (done.has(node)) continue;
    const follower = fusable(node, uses.get(node.outputs[0] as string) ?? []);
    if (follower !== undefined) done.add(follower);
    const output = (follower ?? node).outputs[0] as string;
    const compute = stepOf(tf, node, constants, follower?.op);
    steps.push((values) => values.set(output, compute(values)));
  }
  const inputName = (graph.inputs[0] as { name: string }).name;
  return (input) => {
    const values: Values = new Map([[inputName, input]]);
    for (const step of steps) step(values);
    return values.get(graph.outputs[0] as string) as Tf.Tensor;
  };
}
