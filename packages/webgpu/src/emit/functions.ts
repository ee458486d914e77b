/**
 * @file The functions of one number in WGSL, on four at once. What the language's own `exp`, `log`, `sin`, `tanh` and `pow` may be off by is
 * too much for a network: these are sums and products of float32, which WGSL rounds correctly.
 *
 * Source of polynomials and reductions: Moshier, Cephes Mathematical Library, single precision (expf, logf, sinf, tanhf, ndtrf).
 */
import type { Activation, ActivationOfKind } from '@sepconv/graph';

/** A number as a constant of WGSL. */
export const f32 = (value: number): string => {
  const rounded = Math.fround(value);
  if (rounded === Infinity) return '3.4028234663852886e38f';
  if (rounded === -Infinity) return '-3.4028234663852886e38f';
  return `${Number.isInteger(rounded) && Math.abs(rounded) < 1e9 ? rounded.toFixed(1) : rounded}f`;
};

/** `((c₀ · x + c₁) · x + …)` of vectors. */
const polynomial = (x: string, [first, ...others]: readonly number[]): string =>
  others.reduce((sum, c) => `fma(${sum}, ${x}, vec4f(${f32(c)}))`, `vec4f(${f32(first as number)})`);

const expTaps = [
  1.98756915e-4, 1.3981999507e-3, 8.3334519073e-3, 4.1665795894e-2, 1.6666665459e-1, 5.0000001201e-1,
];
const logTaps = [
  7.0376836292e-2, -1.151461031e-1, 1.167699874e-1, -1.2420140846e-1, 1.4249322787e-1, -1.6668057665e-1,
  2.0000714765e-1, -2.4999993993e-1, 3.3333331174e-1,
];
const tanhTaps = [
  -5.70498872745e-3, 2.06390887954e-2, -5.37397155531e-2, 1.33314422036e-1, -3.33332819422e-1,
];
const sinTaps = [-1.9515295891e-4, 8.3321608736e-3, -1.6666654611e-1];
const cosTaps = [2.443315711809948e-5, -1.388731625493765e-3, 4.166664568298827e-2];
const erfTaps = [
  7.853861353153693e-5, -8.010193625184903e-4, 5.188327685732524e-3, -2.685381193529856e-2,
  1.128358514861418e-1, -3.7612625824233e-1, 1.12837916672671,
];
const erfcTaps = [
  2.326819970068386e-2, -1.387039388740657e-1, 3.687424674597105e-1, -5.824733027278666e-1,
  6.210004621745983e-1, -4.944515323274145e-1, 3.404879937665872e-1, -2.741127028184656e-1,
  5.638259427386472e-1,
];
const erfcTail = [
  -1.047766399936249e1, 1.297719955372516e1, -7.495518717768503, 2.921019019210786, -1.0152652792027,
  4.218463358204948e-1, -2.820767439740514e-1, 5.641895067754075e-1,
];
/** `log1p(u) = 2 · atanh(u / (2 + u))`, whose series needs no more terms for u up to 1. */
const atanhTaps = [1 / 15, 1 / 13, 1 / 11, 1 / 9, 1 / 7, 1 / 5, 1 / 3];

/** Functions by name, each with those that it calls. */
const library: Readonly<Record<string, { readonly needs?: readonly string[]; readonly code: string }>> = {
  // WGSL has no constant for it, and a device need not know it; where one does, this is it.
  infinity: {
    code: `fn infinity() -> f32 {
  var bits = 0x7f800000u;
  return bitcast<f32>(bits);
}`,
  },
  power2: {
    code: 'fn power2(n: vec4f) -> vec4f { return bitcast<vec4f>((vec4i(n) + 127) << vec4u(23u)); }',
  },
  reduced: {
    code: `struct Reduced { n: vec4f, p: vec4f, r: vec4f }
fn reduced(x: vec4f) -> Reduced {
  let n = floor(fma(x, vec4f(1.44269504f), vec4f(0.5f)));
  let r = fma(n, vec4f(2.12194440e-4f), fma(n, vec4f(-0.693359375f), x));
  return Reduced(n, ${polynomial('r', expTaps)} * r * r, r);
}`,
  },
  exponential: {
    needs: ['power2', 'reduced'],
    code: `fn exponential(given: vec4f) -> vec4f {
  let e = reduced(clamp(given, vec4f(-104.0f), vec4f(100.0f)));
  let half = floor(e.n * 0.5f);
  return (1.0f + (e.r + e.p)) * power2(half) * power2(e.n - half);
}`,
  },
  exponentialLess1: {
    needs: ['power2', 'reduced'],
    code: `fn exponentialLess1(given: vec4f) -> vec4f {
  let e = reduced(clamp(given, vec4f(-30.0f), vec4f(88.0f)));
  let s = power2(e.n);
  return fma(s, e.r + e.p, s - 1.0f);
}`,
  },
  logarithm: {
    code: `fn logarithm(x: vec4f) -> vec4f {
  let tiny = x < vec4f(1.1754944e-38f);
  let bits = bitcast<vec4i>(select(x, x * 16777216.0f, tiny));
  let shifted = bits - 0x3f3504f3;
  let e = vec4f(shifted >> vec4u(23u)) - select(vec4f(0.0f), vec4f(24.0f), tiny);
  let m = bitcast<vec4f>((shifted & vec4i(0x7fffff)) + 0x3f3504f3) - 1.0f;
  let z = m * m;
  var y = m * z * ${polynomial('m', logTaps)};
  y = fma(e, vec4f(-2.12194440e-4f), y);
  y = fma(z, vec4f(-0.5f), y);
  let sum = fma(e, vec4f(0.693359375f), m + y);
  let below = select(sum, (x - x) / (x - x), x < vec4f(0.0f));
  return select(below, -1.0f / abs(x), x == vec4f(0.0f));
}`,
  },
  log1p: {
    code: `fn log1p(u: vec4f) -> vec4f {
  let s = u / (2.0f + u);
  let z = s * s;
  return 2.0f * fma(s * z, ${polynomial('z', atanhTaps)}, s);
}`,
  },
  hyperbolicTangent: {
    needs: ['exponential'],
    code: `fn hyperbolicTangent(x: vec4f) -> vec4f {
  let a = abs(x);
  let z = x * x;
  let near = fma(x * z, ${polynomial('z', tanhTaps)}, x);
  let far = 1.0f - 2.0f / (exponential(2.0f * min(a, vec4f(20.0f))) + 1.0f);
  return select(sign(x) * far, near, a < vec4f(0.625f));
}`,
  },
  quarterTurns: {
    code: `fn quarterTurns(x: vec4f, ahead: i32) -> vec4f {
  let turns = round(x * 0.6366197723675814f);
  var r = fma(turns, vec4f(-1.5703125f), x);
  r = fma(turns, vec4f(-4.8375129699707031e-4f), r);
  r = fma(turns, vec4f(-7.5497899548918821e-8f), r);
  let z = r * r;
  let sine = fma(r * z, ${polynomial('z', sinTaps)}, r);
  let cosine = fma(z * z, ${polynomial('z', cosTaps)}, fma(z, vec4f(-0.5f), vec4f(1.0f)));
  let quadrant = vec4i(turns) + ahead;
  let value = select(sine, cosine, (quadrant & vec4i(1)) == vec4i(1));
  return select(value, -value, (quadrant & vec4i(2)) == vec4i(2));
}`,
  },
  power: {
    code: `fn power(a: vec4f, b: vec4f) -> vec4f {
  let size = pow(abs(a), b);
  let whole = floor(b) == b;
  let odd = whole & (floor(b * 0.5f) * 2.0f != b);
  let negative = a < vec4f(0.0f);
  var y = select(size, -size, negative & odd);
  y = select(y, (a - a) / (a - a), negative & !whole);
  return select(y, vec4f(1.0f), (b == vec4f(0.0f)) | (a == vec4f(1.0f)));
}`,
  },
  errorFunction: {
    needs: ['exponential'],
    code: `fn errorFunction(x: vec4f) -> vec4f {
  let a = abs(x);
  let z = x * x;
  let near = x * ${polynomial('z', erfTaps)};
  let q = 1.0f / max(a, vec4f(1.0f));
  let y = q * q;
  let p = select(${polynomial('y', erfcTail)}, ${polynomial('y', erfcTaps)}, a < vec4f(2.0f));
  let far = 1.0f - exponential(-min(z, vec4f(100.0f))) * q * p;
  return select(sign(x) * far, near, a < vec4f(1.0f));
}`,
  },
};

/** An expression of vectors, and the functions that it calls. */
interface Expression {
  readonly code: string;
  readonly needs?: readonly string[];
}

type Expressions = {
  readonly [Kind in Activation['kind']]: (x: string, activation: ActivationOfKind<Kind>) => Expression;
};

const roundings = { floor: 'floor', ceil: 'ceil', trunc: 'trunc', nearest: 'round' } as const;

const expressions: Expressions = {
  abs: (x) => ({ code: `abs(${x})` }),
  clamp: (x, { min, max }) => {
    const above = min === -Infinity ? x : `max(${x}, vec4f(${f32(min)}))`;
    return { code: max === Infinity ? above : `min(${above}, vec4f(${f32(max)}))` };
  },
  cos: (x) => ({ code: `quarterTurns(${x}, 1)`, needs: ['quarterTurns'] }),
  elu: (x, { alpha, scale }) => ({
    code: `${f32(scale)} * select(${x}, ${f32(alpha)} * exponentialLess1(${x}), ${x} < vec4f(0.0f))`,
    needs: ['exponentialLess1'],
  }),
  erf: (x) => ({ code: `errorFunction(${x})`, needs: ['errorFunction'] }),
  exp: (x) => ({ code: `exponential(${x})`, needs: ['exponential'] }),
  gelu: (x) => ({
    code: `(0.5f * ${x}) * (1.0f + errorFunction(${x} * ${f32(Math.SQRT1_2)}))`,
    needs: ['errorFunction'],
  }),
  'gelu-tanh': (x) => ({
    code: `${x} / (1.0f + exponential(${f32(-2 * Math.sqrt(2 / Math.PI))} * fma(${x} * ${x} * ${x}, vec4f(0.044715f), ${x})))`,
    needs: ['exponential'],
  }),
  'hard-sigmoid': (x, { slope, offset }) => ({
    code: `clamp(fma(${x}, vec4f(${f32(slope)}), vec4f(${f32(offset)})), vec4f(0.0f), vec4f(1.0f))`,
  }),
  'hard-swish': (x) => ({ code: `${x} * clamp(${x} + 3.0f, vec4f(0.0f), vec4f(6.0f)) * ${f32(1 / 6)}` }),
  'leaky-relu': (x, { slope }) => ({ code: `select(${x}, ${f32(slope)} * ${x}, ${x} < vec4f(0.0f))` }),
  log: (x) => ({ code: `logarithm(${x})`, needs: ['logarithm'] }),
  neg: (x) => ({ code: `-(${x})` }),
  round: (x, { to }) => ({ code: `${roundings[to]}(${x})` }),
  sigmoid: (x) => ({ code: `1.0f / (1.0f + exponential(-(${x})))`, needs: ['exponential'] }),
  sin: (x) => ({ code: `quarterTurns(${x}, 0)`, needs: ['quarterTurns'] }),
  softplus: (x) => ({
    code: `max(${x}, vec4f(0.0f)) + log1p(exponential(-abs(${x})))`,
    needs: ['log1p', 'exponential'],
  }),
  sqrt: (x) => ({ code: `sqrt(${x})` }),
  swish: (x) => ({ code: `${x} / (1.0f + exponential(-(${x})))`, needs: ['exponential'] }),
  tanh: (x) => ({ code: `hyperbolicTangent(${x})`, needs: ['hyperbolicTangent'] }),
};

/** The value of an activation at the vector `x`, which is a name. */
export function activationAt(x: string, activation: Activation): Expression {
  // The table pairs kind and numbers by name, which the compiler cannot follow through a union.
  const expression = expressions[activation.kind] as (x: string, activation: Activation) => Expression;
  return expression(x, activation);
}

/** The text of functions and of all that they call, each once. */
export function functionsFor(names: readonly string[]): string {
  const found = new Set<string>();
  const visit = (name: string): void => {
    for (const needed of library[name]?.needs ?? []) visit(needed);
    found.add(name);
  };
  for (const name of names) visit(name);
  return [...found].map((name) => library[name]?.code ?? '').join('\n');
}
