/**
 * @file A network as an ONNX model, for the peers: channels first, BatchNorm folded, ReLU6 as Clip. This is what the
 * usual exporters write, and the runtime fuses Conv and Clip by itself.
 */
import { inferTypes, type Network, type Node, type WindowAttributes } from '@sepconv/graph';
import type { Tensor } from '@sepconv/tensor';
import { transpose } from './layout.ts';
import { initializerMessage, type Message, modelMessage, nodeMessage, valueMessage } from './message.ts';

/** Clip takes its limits as inputs since 11, Softmax works on one axis since 13. */
const opset = 13;

/** Names of the two limits of ReLU6, which all its nodes share. */
const [zero, six] = ['relu6/min', 'relu6/max'];

function windowAttributes({
  padding,
  strides,
  dilations,
}: WindowAttributes): Record<string, readonly number[]> {
  const { top, left, bottom, right } = padding;
  return { strides, dilations, pads: [top, left, bottom, right] };
}

/** The order of a weight's dimensions in ONNX, `[out, in / groups, height, width]`, from ours. */
function weightOrder(op: Node['op']): readonly number[] | undefined {
  if (op === 'conv2d' || op === 'pointwise-conv2d') return [3, 2, 0, 1];
  return op === 'depthwise-conv2d' ? [2, 3, 0, 1] : undefined;
}

/** A weight as ONNX lies it out; a depthwise one becomes `[C · M, 1, height, width]`. */
function weightShape(op: Node['op'], shape: readonly number[]): readonly number[] {
  const [a = 1, b = 1, ...rest] = shape;
  return op === 'depthwise-conv2d' ? [a * b, 1, ...rest] : shape;
}

function convert(node: Node, channels: number): Message {
  const output = node.outputs[0] as string;
  const emit = (op: string, inputs: readonly string[], attributes = {}): Message =>
    nodeMessage(op, node.name, inputs, output, attributes);
  switch (node.op) {
    case 'conv2d':
      return emit('Conv', node.inputs, {
        ...windowAttributes(node.attributes),
        group: node.attributes.groups,
      });
    case 'depthwise-conv2d':
      return emit('Conv', node.inputs, { ...windowAttributes(node.attributes), group: channels });
    case 'pointwise-conv2d':
      return emit('Conv', node.inputs);
    case 'relu6':
      return emit('Clip', [...node.inputs, zero as string, six as string]);
    case 'relu':
      return emit('Relu', node.inputs);
    case 'add':
      return emit('Add', node.inputs);
    case 'global-average-pool2d':
      return emit('GlobalAveragePool', node.inputs);
    case 'flatten':
      return emit('Flatten', node.inputs, { axis: 1 });
    case 'dense':
      return emit('Gemm', node.inputs);
    case 'softmax':
      return emit('Softmax', node.inputs, { axis: -1 });
    default:
      throw new Error(`the ONNX model has no ${node.op}, which "${node.name}" needs`);
  }
}

const firstChannels = (shape: readonly number[]): readonly number[] => {
  const [n, h, w, c] = shape;
  return shape.length === 4 ? [n as number, c as number, h as number, w as number] : shape;
};

/** The bytes of a model file. Names of inputs and outputs are the network's. */
export function onnxModel({ graph, weights }: Network): Message {
  const types = inferTypes(graph);
  const shapeOf = (name: string | undefined): readonly number[] => types.get(name ?? '')?.shape ?? [];
  const initializers = [
    initializerMessage(zero as string, [], Float32Array.of(0)),
    initializerMessage(six as string, [], Float32Array.of(6)),
  ];
  const written = new Set<string>();
  const nodes = graph.nodes.map((node) => {
    for (const name of node.inputs) {
      const tensor = weights.get(name) as Tensor<'float32'> | undefined;
      if (tensor === undefined || written.has(name)) continue;
      written.add(name);
      const order = name === node.inputs[1] ? weightOrder(node.op) : undefined;
      const { shape, data } = order === undefined ? tensor : transpose(tensor, order);
      initializers.push(
        initializerMessage(name, order === undefined ? shape : weightShape(node.op, shape), data),
      );
    }
    return convert(node, shapeOf(node.inputs[0]).at(-1) ?? 1);
  });
  return modelMessage(
    {
      name: graph.name,
      nodes,
      initializers,
      inputs: graph.inputs.map(({ name, shape }) => valueMessage(name, firstChannels(shape))),
      outputs: graph.outputs.map((name) => valueMessage(name, firstChannels(shapeOf(name)))),
    },
    opset,
  );
}
