/** @file What a layer's window sees on average, tap by tap and channel by channel. */
import type { Shape } from '@sepconv/tensor';
import type { WeightedNode } from '@sepconv/train/quantization';

/** Along one axis: where tap i lies for output position p, and how many of each there are. */
function axesOf(node: WeightedNode, shape: Shape, kernel: readonly [number, number]) {
  if (node.op === 'dense' || node.op === 'matmul' || node.op === 'pointwise-conv2d') return undefined;
  const { strides, dilations, padding } = node.attributes;
  const axis = (index: 0 | 1, before: number, after: number) => {
    const extent = shape[1 + index] as number;
    const span = (kernel[index] - 1) * dilations[index] + 1;
    return {
      extent,
      count: Math.floor((extent + before + after - span) / strides[index]) + 1,
      at: (position: number, tap: number) => position * strides[index] + tap * dilations[index] - before,
    };
  };
  return [axis(0, padding.top, padding.bottom), axis(1, padding.left, padding.right)] as const;
}

/**
 * The mean over all output positions of what each tap of a layer reads, `[K_h · K_w, C_in]`, zeros in the padding included.
 *
 * @param input the layer's input, or its mean over many; of a convolution `[N, H, W, C]`, else rows of C_in numbers.
 * @param kernel height and width of the window.
 */
export function windowMeans(
  node: WeightedNode,
  input: Float64Array,
  shape: Shape,
  kernel: readonly [number, number],
): Float64Array {
  const channels = shape.at(-1) as number;
  const axes = axesOf(node, shape, kernel);
  if (axes === undefined) {
    const means = new Float64Array(channels);
    for (let row = 0; row < input.length; row += channels) {
      for (let c = 0; c < channels; c++) means[c] = (means[c] as number) + (input[row + c] as number);
    }
    const rows = input.length / channels;
    return means.map((sum) => sum / rows);
  }
  const [vertical, horizontal] = axes;
  const batch = shape[0] as number;
  const means = new Float64Array(kernel[0] * kernel[1] * channels);
  for (let n = 0; n < batch; n++) {
    for (let i = 0; i < kernel[0]; i++) {
      for (let j = 0; j < kernel[1]; j++) {
        const to = (i * kernel[1] + j) * channels;
        for (let p = 0; p < vertical.count; p++) {
          const y = vertical.at(p, i);
          if (y < 0 || y >= vertical.extent) continue;
          for (let q = 0; q < horizontal.count; q++) {
            const x = horizontal.at(q, j);
            if (x < 0 || x >= horizontal.extent) continue;
            const from = ((n * vertical.extent + y) * horizontal.extent + x) * channels;
            for (let c = 0; c < channels; c++)
              means[to + c] = (means[to + c] as number) + (input[from + c] as number);
          }
        }
      }
    }
  }
  const positions = batch * vertical.count * horizontal.count;
  return means.map((sum) => sum / positions);
}

/** How many groups of channels see nothing of one another. */
function groupsOf(node: WeightedNode, inputs: number): number {
  if (node.op === 'depthwise-conv2d') return inputs;
  return node.op === 'conv2d' ? node.attributes.groups : 1;
}

/**
 * What a layer with these weights gives on average, without bias: `Σ weight · mean` for each output channel.
 *
 * @param weight in the graph's order, output channels last.
 * @param means as {@link windowMeans} gives them, for `taps` taps.
 */
export function meanOutputs(
  node: WeightedNode,
  weight: Float32Array,
  channels: number,
  means: Float64Array,
  taps: number,
): Float64Array {
  const inputs = means.length / taps;
  const groups = groupsOf(node, inputs);
  const [perGroup, filters] = [inputs / groups, channels / groups];
  const outputs = new Float64Array(channels);
  for (let row = 0; row * channels < weight.length; row++) {
    const [tap, within] = [Math.floor(row / perGroup), row % perGroup];
    for (let group = 0; group < groups; group++) {
      const mean = means[tap * inputs + group * perGroup + within] as number;
      for (let o = group * filters; o < (group + 1) * filters; o++)
        outputs[o] = (outputs[o] as number) + (weight[row * channels + o] as number) * mean;
    }
  }
  return outputs;
}
