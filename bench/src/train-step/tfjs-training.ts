/** @file A training step as calls of TensorFlow.js, with its own gradients and its own momentum optimizer. */
import { type Graph, type Node, samePadding, type Weights, type WindowAttributes } from '@sepconv/graph';
import * as tf from '@tensorflow/tfjs';

type Values = ReadonlyMap<string, tf.Tensor>;

const pair = ([height, width]: readonly [number, number]): [number, number] => [height, width];

/** tfjs knows `same` and `valid`; the digit networks have the first. */
function expectSame(
  { padding, strides, dilations }: WindowAttributes,
  image: tf.Tensor,
  weight: tf.Tensor,
): 'same' {
  const [, height = 0, width = 0] = image.shape;
  const [kernelHeight = 0, kernelWidth = 0] = weight.shape;
  const same = samePadding([height, width], [kernelHeight, kernelWidth], strides, dilations);
  if (JSON.stringify(same) !== JSON.stringify(padding)) throw new Error('tfjs cannot pad like this');
  return 'same';
}

/** One op in training: BatchNorm uses the statistics of the batch. */
function compute(node: Node, values: Values): tf.Tensor {
  const [a, b, c] = node.inputs.map((name) => values.get(name) as tf.Tensor);
  const image = a as tf.Tensor4D;
  const weight = b as tf.Tensor4D;
  switch (node.op) {
    case 'conv2d':
      return tf.conv2d(
        image,
        weight,
        pair(node.attributes.strides),
        expectSame(node.attributes, image, weight),
      );
    case 'depthwise-conv2d': {
      const pad = expectSame(node.attributes, image, weight);
      return tf.depthwiseConv2d(image, weight, pair(node.attributes.strides), pad);
    }
    case 'pointwise-conv2d':
      return tf.conv2d(image, weight, 1, 'valid');
    case 'batch-norm': {
      const { mean, variance } = tf.moments(image, [0, 1, 2]);
      return tf.batchNorm(
        image,
        mean as tf.Tensor1D,
        variance as tf.Tensor1D,
        c as tf.Tensor1D,
        b as tf.Tensor1D,
        node.attributes.epsilon,
      );
    }
    case 'relu6':
      return tf.relu6(image);
    case 'global-average-pool2d':
      return tf.mean(image, [1, 2], true);
    case 'flatten':
      return tf.reshape(image, [image.shape[0], -1]);
    case 'dense':
      return tf.add(tf.matMul(a as tf.Tensor2D, b as tf.Tensor2D), c as tf.Tensor);
    default:
      throw new Error(`the training step has no ${node.op} in tfjs`);
  }
}

/** A network in tfjs that can be trained. */
export interface TfjsTraining {
  /** Loss and gradients by parameter, without changing anything. */
  gradients(images: Float32Array, labels: Int32Array): { loss: number; gradients: Map<string, Float32Array> };
  /** One step of SGD with Nesterov's momentum. */
  step(images: Float32Array, labels: Int32Array): void;
}

/** Prepares a graph whose input has the batch's size. */
export async function prepareTfjsTraining(
  graph: Graph,
  weights: Weights,
  learningRate: number,
): Promise<TfjsTraining> {
  await tf.setBackend('cpu');
  await tf.ready();
  const variables = new Map<string, tf.Variable>();
  for (const { name, role, shape } of graph.parameters) {
    if (role === 'mean' || role === 'variance') continue;
    const data = weights.get(name)?.data as Float32Array;
    variables.set(name, tf.variable(tf.tensor(data, [...shape]), true, name));
  }
  const input = graph.inputs[0] as Graph['inputs'][number];
  const classes = weights.get('logits/bias')?.data.length as number;
  const optimizer = tf.train.momentum(learningRate, 0.9, true);
  const lossOf = (images: Float32Array, labels: Int32Array) => (): tf.Scalar => {
    const values = new Map<string, tf.Tensor>(variables);
    values.set(input.name, tf.tensor(images, [...input.shape]));
    for (const node of graph.nodes) values.set(node.outputs[0] as string, compute(node, values));
    const logits = values.get(graph.outputs[0] as string) as tf.Tensor2D;
    const targets = tf.oneHot(tf.tensor1d(labels, 'int32'), classes);
    return tf.losses.softmaxCrossEntropy(targets, logits) as tf.Scalar;
  };
  const list = [...variables.values()];
  return {
    gradients: (images, labels) => {
      const { value, grads } = tf.variableGrads(lossOf(images, labels), list);
      const arrays = Object.entries(grads).map(
        ([name, tensor]) => [name, tensor.dataSync() as Float32Array] as const,
      );
      return { loss: value.dataSync()[0] as number, gradients: new Map(arrays) };
    },
    step: (images, labels) => {
      const loss = optimizer.minimize(lossOf(images, labels), true, list);
      // Reading the loss is what ends the step: a backend may be lazy.
      loss?.dataSync();
      loss?.dispose();
    },
  };
}
