/**
 * @file What a kernel of the engine does, as amounts that have a price: vector operations, loads, bytes, calls. The engine's
 * plan says it all; the cost model knows nothing of the engine and takes the amounts as they are.
 */
import type { KernelWork } from '@sepconv/cost-model';
import { type Kernel, macsOf, type Plan } from '@sepconv/kernels/toolkit';

type Step = Plan['steps'][number];
type Gemm = Extract<Kernel, { kind: 'gemm' }>;
type Depthwise = Extract<Kernel, { kind: 'depthwise-conv2d' }>;
type Separable = Extract<Kernel, { kind: 'separable-conv2d' }>;

/** Floats in a vector register of WebAssembly. */
const lanes = 4;

/** Amounts by name, under construction. */
class Amounts {
  readonly #byName = new Map<string, number>();

  add(name: string, amount: number): void {
    this.#byName.set(name, (this.#byName.get(name) ?? 0) + amount);
  }

  toObject(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.#byName);
  }
}

/** Stages that every calibration has seen in matrix products and in depthwise kernels; their code is not equally good in both. */
const pricedByHost: ReadonlySet<string> = new Set(['add', 'clamp', 'hard-swish', 'swish']);

function addEpilogue(
  amounts: Amounts,
  host: string,
  kernel: { readonly epilogue: readonly { readonly kind: string }[] },
  elements: number,
): void {
  for (const { kind } of kernel.epilogue) {
    const isAddition = kind === 'add' && host !== 'gemm';
    const isPriced = (host === 'gemm' || host === 'depthwise') && pricedByHost.has(kind) && !isAddition;
    amounts.add(isPriced ? `${host}.${kind}` : `epilogue.${kind}`, elements);
  }
}

const sumLength = ({ depth, taps }: Gemm): number =>
  taps.reduce((product, { count }) => product * count, depth);

/**
 * The code of a product: of floats, of pairs of 16-bit integers, or of bytes where the processor multiplies these. They do the same
 * things at other prices.
 */
function codeOf(kernel: Gemm | Depthwise): '' | 'pairs.' | 'bytes.' {
  if (kernel.integers === undefined) return '';
  return kernel.kind === 'gemm' && kernel.widened !== undefined && 'bytes' in kernel.widened.rows
    ? 'bytes.'
    : 'pairs.';
}

/** What a product of integers makes in scratch while it runs: rows of its input, and panels of weights anew for each unit. */
function addWidening(amounts: Amounts, kernel: Gemm, name: string): void {
  const { widened, images, lines, pixels, columns, groups, order, tile, blockTiles } = kernel;
  if (widened === undefined) return;
  const depth = sumLength(kernel) * groups;
  const rows = images * lines * pixels;
  const units = images * lines * Math.ceil(pixels / (tile.rows * blockTiles));
  // Units that are panels share all rows, which a call makes once.
  amounts.add(`${name}.${widened.rows.window === undefined ? 'rows' : 'windows'}`, rows * depth);
  if (widened.panels !== undefined)
    amounts.add(`${name}.panels`, columns * depth * (order === 'columns' ? 1 : units));
}

/** A matrix product on tiles: each element of the sum costs loads of both sides and a multiply-add for every register. */
function addGemm(amounts: Amounts, kernel: Gemm, factor = 1): void {
  const { images, lines, pixels, groups, columns, tile } = kernel;
  const depth = sumLength(kernel);
  const rows = images * lines * pixels * factor;
  const vectors = Math.ceil(columns / lanes) * groups;
  const panels = Math.ceil(columns / (tile.vectors * lanes)) * groups;
  const tiles = images * lines * Math.ceil(pixels / tile.rows) * factor;
  const isRow = images * lines * pixels === 1;
  const name = `${codeOf(kernel)}${isRow ? 'row' : 'gemm'}`;
  addEpilogue(amounts, isRow ? 'row' : 'gemm', kernel, rows * columns * groups);
  addWidening(amounts, kernel, name);
  if (isRow) {
    // One row reads every weight once and waits for it; nothing is reused.
    amounts.add(`${name}.multiplyAdds`, vectors * depth);
    amounts.add(`${name}.chain`, panels * depth);
    return;
  }
  amounts.add(`${name}.multiplyAdds`, rows * vectors * depth);
  amounts.add(`${name}.splats`, rows * panels * depth);
  amounts.add(`${name}.weightLoads`, tiles * vectors * depth);
  amounts.add(`${name}.stores`, rows * vectors);
  amounts.add(`${name}.tiles`, tiles * panels);
}

/** Bytes of a cache line, and of pixels so far apart, or a multiple of it, that their lines fall into few sets of a cache. */
const lineBytes = 64;
const aliasBytes = 2048;

/**
 * What a convolution pays for pixels whose lines push one another out of the cache: each line anew for every step of channels that
 * takes a part of it, or, where strips are staged, a copy of the image.
 */
function addAliases(amounts: Amounts, name: string, kernel: Depthwise, pixelsRead: number): void {
  const { batch, input, channels, vectors, staging, integers } = kernel;
  const pixelBytes = 4 * channels;
  if (staging !== undefined) {
    amounts.add(`${name}.staged`, (batch * input[0] * input[1] * channels) / lanes);
  } else if (pixelBytes % aliasBytes === 0 && integers === undefined) {
    amounts.add(`${name}.aliasedLines`, (pixelsRead * pixelBytes) / Math.min(lineBytes, 4 * lanes * vectors));
  }
}

function addDepthwise(amounts: Amounts, kernel: Depthwise): void {
  const { batch, output, channels, multiplier, window, pixels, vectors, strides, pairs } = kernel;
  const [height, width] = output;
  // With a multiplier the kernel is another one.
  const name = `${codeOf(kernel)}${multiplier === 1 ? 'depthwise' : 'multiplied'}`;
  const registers = Math.ceil((channels * multiplier) / lanes);
  const taps = window[0] * window[1];
  const blocks = batch * height * Math.ceil(width / pixels);
  const columns = Math.min(pixels * window[1], (pixels - 1) * strides[1] + window[1]);
  addEpilogue(amounts, name, kernel, batch * height * width * channels * multiplier);
  amounts.add(`${name}.multiplyAdds`, batch * height * width * registers * taps);
  amounts.add(`${name}.inputLoads`, blocks * registers * window[0] * columns);
  amounts.add(`${name}.weightLoads`, blocks * registers * (taps + 1));
  amounts.add(`${name}.stores`, batch * height * width * registers);
  amounts.add(`${name}.blocks`, blocks * Math.ceil(registers / vectors));
  addAliases(amounts, name, kernel, blocks * window[0] * columns);
  if (pairs !== undefined) {
    const { rows, left, right, repeat } = pairs;
    const made = batch * rows * (left + pairs.width + right);
    amounts.add(`${name}.rows`, made * Math.ceil((pairs.channels * repeat) / lanes));
    amounts.add(`${name}.units`, batch * Math.ceil(height / pairs.unitRows));
  }
}

/** How often a fused kernel computes a row of the expansion: rows that two strips need count for both. */
function expansionFactor({ depthwise, rows }: Separable): number {
  const [inputHeight] = depthwise.input;
  const [outputHeight] = depthwise.output;
  const extent = (depthwise.window[0] - 1) * depthwise.dilations[0] + 1;
  let computed = 0;
  for (let first = 0; first < outputHeight; first += rows) {
    const last = Math.min(outputHeight, first + rows) - 1;
    const from = Math.max(0, first * depthwise.strides[0] - depthwise.padding[0]);
    const to = Math.min(inputHeight, last * depthwise.strides[0] - depthwise.padding[0] + extent);
    computed += to - from;
  }
  return computed / inputHeight;
}

function addKernel(amounts: Amounts, step: Step, elements: number): void {
  const { kernel, units } = step;
  switch (kernel.kind) {
    case 'gemm':
      addGemm(amounts, kernel);
      break;
    case 'gemm-table':
      for (const product of kernel.products) addGemm(amounts, product);
      break;
    case 'depthwise-conv2d':
      addDepthwise(amounts, kernel);
      break;
    case 'separable-conv2d':
      if (kernel.expansion !== undefined) addGemm(amounts, kernel.expansion, expansionFactor(kernel));
      addDepthwise(amounts, kernel.depthwise);
      addGemm(amounts, kernel.pointwise);
      if (kernel.lastPointwise !== undefined) addGemm(amounts, kernel.lastPointwise);
      amounts.add('strips', units);
      break;
    default: {
      const name = kernel.kind === 'binary' ? kernel.op : kernel.kind;
      amounts.add(`${name}.elements`, elements);
      amounts.add(`${name}.units`, units);
      if (kernel.kind === 'unary') amounts.add(`epilogue.${kernel.activation.kind}`, kernel.length);
      if (kernel.kind === 'pool') {
        const { batch, output, channels, window } = kernel;
        amounts.add(
          'pool.taps',
          batch * output[0] * output[1] * Math.ceil(channels / lanes) * window[0] * window[1],
        );
      }
      if ('epilogue' in kernel) addEpilogue(amounts, name, kernel, elements);
    }
  }
}

/**
 * Below this, weights and activations together, everything stays near the core from one run to the next; beyond it, every
 * layer finds its weights, and its own code, far away. Second-level caches of today have one or two megabytes.
 */
const nearBytes = 3 * 2 ** 20;

/** The work of every step of a plan, in order. */
export function workOf(plan: Plan): KernelWork[] {
  const place = plan.weightBytes + plan.arenaBytes <= nearBytes ? 'near' : 'far';
  const sizes = new Map(plan.schedule.inputs.map(({ value, bytes }) => [value, bytes]));
  return plan.steps.map((step, index) => {
    const { reads = [], output = '', outputBytes = 0 } = plan.schedule.steps[index] ?? {};
    const inputBytes = reads.reduce((sum, value) => sum + (sizes.get(value) ?? 0), 0);
    const weightBytes = step.operands.reduce((sum, o) => sum + (o.kind === 'weights' ? o.bytes : 0), 0);
    sizes.set(output, outputBytes);
    const amounts = new Amounts();
    amounts.add(`calls.${place}`, 1);
    amounts.add(`bytes.${place}.weights`, weightBytes);
    amounts.add('bytes.input', inputBytes);
    amounts.add('bytes.output', outputBytes);
    addKernel(amounts, step, (inputBytes + outputBytes) / 4);
    return {
      flops: 2 * macsOf(step.kernel),
      bytes: inputBytes + weightBytes + outputBytes,
      amounts: amounts.toObject(),
    };
  });
}
