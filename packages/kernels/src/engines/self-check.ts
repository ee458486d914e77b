/**
 * @file What an engine must prove before it runs anything: that it computes what scalar arithmetic gives, on shapes with
 * every kind of remainder.
 */
import { conv2d, depthwiseConv2d, GraphBuilder, initializeWeights, type Network } from '@sepconv/graph';
import { createRandom, elementCount, randomTensor } from '@sepconv/tensor';
import { instantiatePlan } from '../instantiate.js';
import type { Engine } from '../plan/engine.js';
import { type PlacedValue, planNetwork } from '../plan/plan.js';

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

const inputShape = ({ size, channels }: Check): number[] => [1, size, size, channels];

/** All checks side by side in one network, so that there is one module to make, with an input and an output for each. */
function networkOfChecks(): Network {
  const builder = new GraphBuilder('self-check');
  const outputs = checks.map((check, i) => {
    const input = builder.input(`input${i}`, inputShape(check));
    return check.isDepthwise
      ? depthwiseConv2d(builder, input, { kernel: check.kernel })
      : conv2d(builder, input, { kernel: check.kernel, filters: check.filters });
  });
  const graph = builder.build(outputs);
  return { graph, weights: initializeWeights(graph, 1) };
}

/** What a check computes with. */
interface Numbers {
  readonly weight: Float32Array;
  readonly bias: Float32Array;
  readonly input: Float32Array;
}

/** One output element by scalar arithmetic in float64, and the sum of its terms' magnitudes. */
function scalarElement(check: Check, { weight, bias, input }: Numbers, y: number, x: number, o: number) {
  const { size, channels, filters, kernel, isDepthwise } = check;
  const before = kernel >> 1;
  let value = bias[o] as number;
  let magnitude = Math.abs(value);
  for (let i = 0; i < kernel * kernel; i++) {
    const row = y + Math.floor(i / kernel) - before;
    const column = x + (i % kernel) - before;
    if (row < 0 || row >= size || column < 0 || column >= size) continue;
    for (let c = isDepthwise ? o : 0; c < (isDepthwise ? o + 1 : channels); c++) {
      const w = isDepthwise ? weight[i * channels + c] : weight[(i * channels + c) * filters + o];
      const term = (input[(row * size + column) * channels + c] as number) * (w as number);
      value += term;
      magnitude += Math.abs(term);
    }
  }
  return { value, magnitude };
}

/** Whether every element of a check's output is within the rounding error of its sum. */
function isExact(check: Check, numbers: Numbers, output: Float32Array): boolean {
  const { size, filters, channels, kernel } = check;
  const terms = kernel * kernel * channels;
  return output.every((element, i) => {
    const pixel = Math.floor(i / filters);
    const [y, x] = [Math.floor(pixel / size), pixel % size];
    const { value, magnitude } = scalarElement(check, numbers, y, x, i % filters);
    // NaN is within nothing.
    return Math.abs(element - value) <= (terms + 2) * 2 ** -24 * magnitude;
  });
}

/** Whether an engine computes every check within the rounding error of its sums. */
export async function selfCheck(engine: Engine): Promise<boolean> {
  const network = networkOfChecks();
  const plan = planNetwork(network, engine);
  const { memory, run } = await instantiatePlan(plan);
  const viewOf = (values: readonly PlacedValue[], i: number): Float32Array => {
    const { shape, address } = values[i] as PlacedValue;
    return new Float32Array(memory, address, elementCount(shape));
  };
  const weights = [...network.weights.values()].map(({ data }) => data as Float32Array);
  const random = createRandom(2);
  const numbers = checks.map((check, i): Numbers => {
    const input = randomTensor(inputShape(check), random).data;
    viewOf(plan.inputs, i).set(input);
    return { weight: weights[2 * i] as Float32Array, bias: weights[2 * i + 1] as Float32Array, input };
  });
  run();
  return checks.every((check, i) => isExact(check, numbers[i] as Numbers, viewOf(plan.outputs, i)));
}
