/** @file The closed forms of one layer: what a depthwise separable convolution costs beside the standard one. */
import { CostError } from './errors.js';
import { exactProduct, exactSum } from './exact.js';

/** A convolution layer with a square window and TensorFlow's SAME padding, for one image. */
export interface SeparableLayer {
  /** Pixels of the input. */
  readonly height: number;
  readonly width: number;
  /** C_in. */
  readonly inputChannels: number;
  /** C_out. */
  readonly outputChannels: number;
  /** K, the window's height and width in pixels. */
  readonly kernel: number;
  /** Along both axes. Default 1. */
  readonly stride?: number;
  /** M, depthwise outputs per input channel. Default 1. */
  readonly multiplier?: number;
}

/** A formula in symbols, and with the layer's numbers in their place; both have the same factors in the same order. */
export interface Formula {
  /** For instance `H·W·C_out·K²·C_in`, where H and W are those of the output. */
  readonly symbolic: string;
  /** For instance `56·56·256·9·128`. */
  readonly substituted: string;
}

/** Exact integers and the formulas behind them. */
export interface Account {
  /** Multiply-accumulates; taps in the padding count. */
  readonly macs: number;
  /** `2 · macs`. Much literature calls a multiply-add one "FLOP", and then prints `macs`. */
  readonly flops: number;
  /** Weights, without bias and BatchNorm. */
  readonly params: number;
  readonly formulas: { readonly macs: Formula; readonly flops: Formula; readonly params: Formula };
}

/** `separable / standard`, the same for MACs, FLOPs and weights. */
export interface SeparableRatio {
  /** In lowest terms, for instance `265/2304`. */
  readonly fraction: string;
  readonly numerator: number;
  readonly denominator: number;
  /** The fraction as a float64. */
  readonly value: number;
  /** `1/C_out + 1/K²`, times M where there is a multiplier. */
  readonly formula: Formula;
  /** `M/K²`, what is left when there are many output channels; never above `value`. */
  readonly approximation: { readonly formula: Formula; readonly value: number };
}

/** When the separable layer costs less than the standard one. */
export interface BreakEven {
  /** Whether this layer does: R < 1. */
  readonly saves: boolean;
  /** `M < K²·C_out/(K² + C_out)`. The right-hand side is 1/R for M = 1. */
  readonly condition: Formula;
  /**
   * The largest M that still saves, 0 when none does. A sum of T separable layers costs what one with M = T does, so
   * this is also how many terms a decomposition of the standard layer may have.
   */
  readonly largestMultiplier: number;
}

/** One layer four ways, and their ratio. */
export interface SeparableAccount {
  /** Pixels of the output: ⌈input / stride⌉. */
  readonly output: { readonly height: number; readonly width: number };
  readonly standard: Account;
  readonly depthwise: Account;
  readonly pointwise: Account;
  /** Depthwise and pointwise together. */
  readonly separable: Account;
  readonly ratio: SeparableRatio;
  readonly breakEven: BreakEven;
}

/** A factor of a product: its symbol, and its number. */
type Factor = readonly [symbol: string, value: number];

const join = (factors: readonly Factor[]): Formula => ({
  symbolic: factors.map(([symbol]) => symbol).join('·'),
  substituted: factors.map(([, value]) => value).join('·'),
});

const twice = ({ symbolic, substituted }: Formula, isSum: boolean): Formula =>
  isSum
    ? { symbolic: `2·(${symbolic})`, substituted: `2·(${substituted})` }
    : { symbolic: `2·${symbolic}`, substituted: `2·${substituted}` };

const plus = (a: Formula, b: Formula): Formula => ({
  symbolic: `${a.symbolic} + ${b.symbolic}`,
  substituted: `${a.substituted} + ${b.substituted}`,
});

function productAccount(what: string, pixels: readonly Factor[], weights: readonly Factor[]): Account {
  const macs = exactProduct(`the MACs of the ${what} layer`, ...[...pixels, ...weights].map(([, n]) => n));
  const macsFormula = join([...pixels, ...weights]);
  return {
    macs,
    flops: exactProduct(`the FLOPs of the ${what} layer`, 2, macs),
    params: exactProduct(`the weights of the ${what} layer`, ...weights.map(([, n]) => n)),
    formulas: { macs: macsFormula, flops: twice(macsFormula, false), params: join(weights) },
  };
}

function sumAccount(a: Account, b: Account): Account {
  const macs = exactSum('the MACs of the separable layer', [a.macs, b.macs]);
  const macsFormula = plus(a.formulas.macs, b.formulas.macs);
  return {
    macs,
    flops: exactProduct('the FLOPs of the separable layer', 2, macs),
    params: exactSum('the weights of the separable layer', [a.params, b.params]),
    formulas: {
      macs: macsFormula,
      flops: twice(macsFormula, true),
      params: plus(a.formulas.params, b.formulas.params),
    },
  };
}

const greatestCommonDivisor = (a: number, b: number): number =>
  b === 0 ? a : greatestCommonDivisor(b, a % b);

function ratioOf(square: number, filters: number, multiplier: number): SeparableRatio {
  // M·(K² + C_out) / (K²·C_out): height, width and C_in are in both layers and cancel.
  const above = exactProduct('the numerator of the ratio', multiplier, square + filters);
  const below = exactProduct('the denominator of the ratio', square, filters);
  const divisor = greatestCommonDivisor(above, below);
  const [numerator, denominator] = [above / divisor, below / divisor];
  const m = multiplier === 1 ? ['1', '1'] : ['M', `${multiplier}`];
  return {
    fraction: `${numerator}/${denominator}`,
    numerator,
    denominator,
    value: numerator / denominator,
    formula: {
      symbolic: `${m[0]}/C_out + ${m[0]}/K²`,
      substituted: `${m[1]}/${filters} + ${m[1]}/${square}`,
    },
    approximation: {
      formula: { symbolic: `${m[0]}/K²`, substituted: `${m[1]}/${square}` },
      value: multiplier / square,
    },
  };
}

function breakEvenOf(square: number, filters: number, multiplier: number): BreakEven {
  // M < below / above, so the largest such integer is ⌈below / above⌉ − 1, in integers.
  const [below, above] = [square * filters, square + filters];
  const largestMultiplier = Math.floor((below - 1) / above);
  return {
    saves: multiplier <= largestMultiplier,
    condition: {
      symbolic: 'M < K²·C_out/(K² + C_out)',
      substituted: `${multiplier} < ${square}·${filters}/(${square} + ${filters})`,
    },
    largestMultiplier,
  };
}

function checked(layer: SeparableLayer): Required<SeparableLayer> {
  if (typeof layer !== 'object' || layer === null) {
    throw new CostError(`a layer must be an object with its sizes, but is ${String(layer)}`);
  }
  const complete = { ...layer, stride: layer.stride ?? 1, multiplier: layer.multiplier ?? 1 };
  const names = [
    'height',
    'width',
    'inputChannels',
    'outputChannels',
    'kernel',
    'stride',
    'multiplier',
  ] as const;
  for (const name of names) {
    const value: unknown = complete[name];
    if (!Number.isSafeInteger(value) || (value as number) < 1) {
      throw new CostError(`the layer's ${name} must be an integer of at least 1, not ${String(value)}`);
    }
  }
  return complete;
}

/**
 * What a convolution costs as a standard, a depthwise, a pointwise and a depthwise separable layer, for one image.
 *
 * @throws {CostError} naming the number, when one is no positive integer or a count is not exact.
 *
 * Source: Howard et al. 2017, arXiv:1704.04861, §3.1, whose ratio is `1/N + 1/D_K²`.
 *
 * @example
 * const account = separableAccount({ height: 56, width: 56, inputChannels: 128, outputChannels: 256, kernel: 3 });
 * account.standard.macs; // 924844032
 * account.separable.macs; // 106373120
 * account.ratio.fraction; // '265/2304'
 */
export function separableAccount(layer: SeparableLayer): SeparableAccount {
  const { height, width, inputChannels, outputChannels, kernel, stride, multiplier } = checked(layer);
  const output = { height: Math.ceil(height / stride), width: Math.ceil(width / stride) };
  const square = exactProduct('K²', kernel, kernel);
  const pixels: readonly Factor[] = [
    ['H', output.height],
    ['W', output.width],
  ];
  const window: Factor = ['K²', square];
  const [inputs, filters]: readonly [Factor, Factor] = [
    ['C_in', inputChannels],
    ['C_out', outputChannels],
  ];
  // M appears in the formulas only where it says something.
  const middle: readonly Factor[] = multiplier === 1 ? [inputs] : [inputs, ['M', multiplier]];
  const depthwise = productAccount('depthwise', pixels, [...middle, window]);
  const pointwise = productAccount('pointwise', pixels, [...middle, filters]);
  return {
    output,
    standard: productAccount('standard', pixels, [filters, window, inputs]),
    depthwise,
    pointwise,
    separable: sumAccount(depthwise, pointwise),
    ratio: ratioOf(square, outputChannels, multiplier),
    breakEven: breakEvenOf(square, outputChannels, multiplier),
  };
}
