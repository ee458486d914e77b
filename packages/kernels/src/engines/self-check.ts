/**
 * @file What an engine must prove before it runs anything: that it computes what scalar arithmetic gives, on shapes with
 * every kind of remainder.
 */
import { conv2d, depthwiseConv2d, GraphBuilder, initializeWeights, type Network } from '@sepconv/graph';
import { createRandom, randomTensor, type Tensor } from '@sepconv/tensor';
import { instantiatePlan } from '../instantiate.js';
import type { Engine } from '../plan/engine.js';
import { planNetwork } from '../plan/plan.js';

/** A convolution on an image of `size` × `size` pixels with one pixel of padding where the kernel is larger than one. */
interface Check {
  readonly size: number;
  readonly channels: number;
  readonly filters: number;
  readonly kernel: number;
  readonly isDepthwise: boolean;
}

const checks: readonly Check[] = [
  { size: 3, channels: 19, filters: 45, kernel: 1, isDepthwise: false },
  { size: 5, channels: 13, filters: 13, kernel: 3, isDepthwise: true },
  { size: 4, channels: 3, filters: 21, kernel: 3, isDepthwise: false },
];

function networkOf({ size, channels, filters, kernel, isDepthwise }: Check): Network {
  const builder = new GraphBuilder('self-check');
  const input = builder.input('input', [1, size, size, channels]);
  const output = isDepthwise
    ? depthwiseConv2d(builder, input, { kernel })
    : conv2d(builder, input, { kernel, filters });
  const graph = builder.build([output]);
  return { graph, weights: initializeWeights(graph, 1) };
}

/** One output element by scalar arithmetic in float64, and the sum of its terms' magnitudes. */
function scalarElement(check: Check, network: Network, input: Tensor, y: number, x: number, o: number) {
  const { size, channels, filters, kernel, isDepthwise } = check;
  const [weight, bias] = [...network.weights.values()].map(({ data }) => data) as [
    Float32Array,
    Float32Array,
  ];
  const before = kernel >> 1;
  let value = bias[o] as number;
  let magnitude = Math.abs(value);
  for (let i = 0; i < kernel * kernel; i++) {
    const row = y + Math.floor(i / kernel) - before;
    const column = x + (i % kernel) - before;
    if (row < 0 || row >= size || column < 0 || column >= size) continue;
    for (let c = isDepthwise ? o : 0; c < (isDepthwise ? o + 1 : channels); c++) {
      const w = isDepthwise ? weight[i * channels + c] : weight[(i * channels + c) * filters + o];
      const term = (input.data[(row * size + column) * channels + c] as number) * (w as number);
      value += term;
      magnitude += Math.abs(term);
    }
  }
  return { value, magnitude };
}

async function passes(engine: Engine, check: Check): Promise<boolean> {
  const network = networkOf(check);
  const input = randomTensor([1, check.size, check.size, check.channels], createRandom(2));
  const plan = planNetwork(network, engine);
  const { memory, run } = await instantiatePlan(plan);
  const [target, source] = [plan.inputs[0]?.address, plan.outputs[0]?.address];
  const { size, filters, channels, kernel } = check;
  const terms = kernel * kernel * channels;
  const output = new Float32Array(memory, source, size * size * filters);
  new Float32Array(memory, target, input.data.length).set(input.data as Float32Array);
  run();
  for (let i = 0; i < output.length; i++) {
    const pixel = Math.floor(i / filters);
    const [y, x] = [Math.floor(pixel / size), pixel % size];
    const { value, magnitude } = scalarElement(check, network, input, y, x, i % filters);
    // The comparison is written so that NaN fails it.
    if (!(Math.abs((output[i] as number) - value) <= (terms + 2) * 2 ** -24 * magnitude)) return false;
  }
  return true;
}

/** Whether an engine computes every check within the rounding error of its sums. */
export async function selfCheck(engine: Engine): Promise<boolean> {
  for (const check of checks) {
    if (!(await passes(engine, check))) return false;
  }
  return true;
}
