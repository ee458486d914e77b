import { foldBatchNorm, type Graph, inferTypes, type Network, type Node, type Weights } from '@sepconv/graph';
import { elementCount, type Shape, type Tensor } from '@sepconv/tensor';
import {
  conv2d,
  depthwiseConv2d,
  globalAveragePool2d,
  type ImageSize,
  pointwiseConv2d,
  relu6,
  softmax,
  type Window,
} from './naive.ts';

/** Runs a network with the plain loops of naive.ts; takes the input's numbers and returns the first output's. */
export type NaiveRun = (input: Float32Array) => Float32Array;

function sizeOf([batch, height = 1, width = 1, channels = 1]: Shape): ImageSize {
  if (batch !== 1) throw new Error(`the naive baseline runs one image at a time, not ${batch}`);
  return { height, width, channels };
}

function numbersOf(weights: Weights, name: string | undefined): Float32Array {
  const tensor = weights.get(name ?? '') as Tensor<'float32'> | undefined;
  if (tensor === undefined)
    throw new Error(`the naive baseline needs the weight "${name}", which is missing`);
  return tensor.data;
}

function windowOf(node: Node, kernel: Shape): Window {
  if (node.op !== 'conv2d' && node.op !== 'depthwise-conv2d') throw new Error(`${node.op} has no window`);
  const { strides, dilations, padding } = node.attributes;
  const grouped = node.op === 'conv2d' && node.attributes.groups !== 1;
  if (dilations.some((dilation) => dilation !== 1) || grouped) {
    throw new Error(`the naive baseline has no dilation and no groups, which "${node.name}" needs`);
  }
  const [kernelHeight = 0, kernelWidth = 0] = kernel;
  return { kernel: [kernelHeight, kernelWidth], strides, top: padding.top, left: padding.left };
}

/** One step: buffers are allocated here, once, so that the timed part computes and nothing else. */
function planStep(
  node: Node,
  { graph, weights }: Network,
  shapes: ReadonlyMap<string, Shape>,
  values: Map<string, Float32Array>,
) {
  const shapeOf = (name: string | undefined): Shape => shapes.get(name ?? '') as Shape;
  const [inputName, weightName, biasName] = node.inputs;
  const input = values.get(inputName as string) as Float32Array;
  const outputShape = shapeOf(node.outputs[0]);
  const output = new Float32Array(elementCount(outputShape));
  const inPlace = (change: (data: Float32Array) => void) => {
    values.set(node.outputs[0] as string, input);
    return () => change(input);
  };
  values.set(node.outputs[0] as string, output);
  const bias = () =>
    biasName === undefined ? new Float32Array(outputShape.at(-1) ?? 0) : numbersOf(weights, biasName);
  switch (node.op) {
    case 'conv2d':
    case 'depthwise-conv2d': {
      const [w, b, window] = [numbersOf(weights, weightName), bias(), windowOf(node, shapeOf(weightName))];
      const [from, to] = [sizeOf(shapeOf(inputName)), sizeOf(outputShape)];
      const kernel = node.op === 'conv2d' ? conv2d : depthwiseConv2d;
      return () => kernel(input, from, w, b, window, output, to);
    }
    case 'pointwise-conv2d':
    case 'dense': {
      const [w, b, channels] = [numbersOf(weights, weightName), bias(), shapeOf(inputName).at(-1) ?? 0];
      return () => pointwiseConv2d(input, channels, w, b, output);
    }
    case 'global-average-pool2d': {
      const { channels } = sizeOf(shapeOf(inputName));
      return () => globalAveragePool2d(input, channels, output);
    }
    case 'relu6':
      return inPlace(relu6);
    case 'softmax':
      return inPlace(softmax);
    case 'flatten':
    case 'reshape':
      return inPlace(() => {});
    default:
      throw new Error(`the naive baseline has no ${node.op}, which "${graph.name}" needs`);
  }
}

/** Prepares a network of MobileNetV1's ops; activations work in place, so every value may have one reader only. */
export function prepareNaive(graph: Graph, weights: Weights): NaiveRun {
  const folded = foldBatchNorm({ graph, weights });
  const shapes = new Map([...inferTypes(folded.graph)].map(([name, { shape }]) => [name, shape]));
  const [input] = folded.graph.inputs;
  if (input === undefined) throw new Error(`"${graph.name}" has no input`);
  const buffer = new Float32Array(elementCount(input.shape));
  const values = new Map([[input.name, buffer]]);
  const steps = folded.graph.nodes.map((node) => planStep(node, folded, shapes, values));
  const output = values.get(folded.graph.outputs[0] as string) as Float32Array;
  return (numbers) => {
    buffer.set(numbers);
    for (const step of steps) step();
    return output;
  };
}
