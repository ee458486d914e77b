/**
 * @file The baseline: convolution kernels as a capable developer writes them in TypeScript without SIMD. Plain loops
 * over Float32Arrays, ordered so that the innermost one walks through memory: that alone is worth a factor of three over
 * the textbook order, and without it the baseline would be a straw man.
 *
 * Layouts are the project's: images [H, W, C], weights [K_h, K_w, C_in, C_out], depthwise [K_h, K_w, C], batch 1.
 * BatchNorm is folded into weights and bias beforehand.
 */

/** Height, width and channels of an image. */
export interface ImageSize {
  readonly height: number;
  readonly width: number;
  readonly channels: number;
}

/** A window that slides: kernel, strides and zeros before the first row and column. */
export interface Window {
  readonly kernel: readonly [height: number, width: number];
  readonly strides: readonly [height: number, width: number];
  readonly top: number;
  readonly left: number;
}

/** Every pixel starts with the bias, to which products are added. */
function startWithBias(output: Float32Array, bias: Float32Array): void {
  for (let start = 0; start < output.length; start += bias.length) output.set(bias, start);
}

/** `out[y, x, o] = bias[o] + Σ_{i, j, c} in[y·s + i − top, x·s + j − left, c] · weight[i, j, c, o]` */
export function conv2d(
  input: Float32Array,
  from: ImageSize,
  weight: Float32Array,
  bias: Float32Array,
  window: Window,
  output: Float32Array,
  to: ImageSize,
): void {
  const { height, width, channels } = from;
  const [kernelHeight, kernelWidth] = window.kernel;
  const filters = to.channels;
  startWithBias(output, bias);
  for (let y = 0; y < to.height; y++) {
    for (let x = 0; x < to.width; x++) {
      const target = (y * to.width + x) * filters;
      for (let i = 0; i < kernelHeight; i++) {
        const row = y * window.strides[0] + i - window.top;
        if (row < 0 || row >= height) continue;
        for (let j = 0; j < kernelWidth; j++) {
          const column = x * window.strides[1] + j - window.left;
          if (column < 0 || column >= width) continue;
          const source = (row * width + column) * channels;
          const tap = (i * kernelWidth + j) * channels * filters;
          for (let c = 0; c < channels; c++) {
            const value = input[source + c] as number;
            const weights = tap + c * filters;
            for (let o = 0; o < filters; o++) {
              output[target + o] = (output[target + o] as number) + value * (weight[weights + o] as number);
            }
          }
        }
      }
    }
  }
}

/** `out[y, x, c] = bias[c] + Σ_{i, j} in[y·s + i − top, x·s + j − left, c] · weight[i, j, c]` */
export function depthwiseConv2d(
  input: Float32Array,
  from: ImageSize,
  weight: Float32Array,
  bias: Float32Array,
  window: Window,
  output: Float32Array,
  to: ImageSize,
): void {
  const { height, width, channels } = from;
  const [kernelHeight, kernelWidth] = window.kernel;
  startWithBias(output, bias);
  for (let y = 0; y < to.height; y++) {
    for (let x = 0; x < to.width; x++) {
      const target = (y * to.width + x) * channels;
      for (let i = 0; i < kernelHeight; i++) {
        const row = y * window.strides[0] + i - window.top;
        if (row < 0 || row >= height) continue;
        for (let j = 0; j < kernelWidth; j++) {
          const column = x * window.strides[1] + j - window.left;
          if (column < 0 || column >= width) continue;
          const source = (row * width + column) * channels;
          const tap = (i * kernelWidth + j) * channels;
          for (let c = 0; c < channels; c++) {
            output[target + c] =
              (output[target + c] as number) + (input[source + c] as number) * (weight[tap + c] as number);
          }
        }
      }
    }
  }
}

/** `out[p, o] = bias[o] + Σ_c in[p, c] · weight[c, o]`: a pointwise convolution over pixels, and a dense layer of one. */
export function pointwiseConv2d(
  input: Float32Array,
  channels: number,
  weight: Float32Array,
  bias: Float32Array,
  output: Float32Array,
): void {
  const filters = bias.length;
  const pixels = output.length / filters;
  startWithBias(output, bias);
  for (let p = 0; p < pixels; p++) {
    const target = p * filters;
    for (let c = 0; c < channels; c++) {
      const value = input[p * channels + c] as number;
      const weights = c * filters;
      for (let o = 0; o < filters; o++) {
        output[target + o] = (output[target + o] as number) + value * (weight[weights + o] as number);
      }
    }
  }
}

/** `out[i] = min(6, max(0, in[i]))`, in place. */
export function relu6(data: Float32Array): void {
  for (let i = 0; i < data.length; i++) data[i] = Math.min(6, Math.max(0, data[i] as number));
}

/** `out[c] = mean over pixels of in[p, c]` */
export function globalAveragePool2d(input: Float32Array, channels: number, output: Float32Array): void {
  const pixels = input.length / channels;
  output.fill(0);
  for (let p = 0; p < pixels; p++) {
    for (let c = 0; c < channels; c++) {
      output[c] = (output[c] as number) + (input[p * channels + c] as number);
    }
  }
  for (let c = 0; c < channels; c++) output[c] = (output[c] as number) / pixels;
}

/** `out[i] = e^(in[i] − max) / Σ e^(in − max)`, in place. */
export function softmax(data: Float32Array): void {
  let largest = -Infinity;
  for (let i = 0; i < data.length; i++) largest = Math.max(largest, data[i] as number);
  let sum = 0;
  for (let i = 0; i < data.length; i++) {
    data[i] = Math.exp((data[i] as number) - largest);
    sum += data[i] as number;
  }
  for (let i = 0; i < data.length; i++) data[i] = (data[i] as number) / sum;
}
