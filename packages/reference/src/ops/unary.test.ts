import { describe, expect, it } from 'vitest';
import { apply } from '../testing/run-op.js';

describe('functions of one number', () => {
  it.each([
    ['abs', [-2, -0, 3, -Infinity, NaN], [2, 0, 3, Infinity, NaN]],
    ['neg', [-2, 3, -Infinity, NaN], [2, -3, Infinity, NaN]],
    ['sqrt', [0, 4, 2.25, -1, Infinity, NaN], [0, 2, 1.5, NaN, Infinity, NaN]],
    ['exp', [0, -Infinity, Infinity, -200, 200, NaN], [1, 0, Infinity, 0, Infinity, NaN]],
    ['log', [1, 0, Infinity, -1, NaN], [0, -Infinity, Infinity, NaN, NaN]],
    ['sin', [0, Infinity, NaN], [0, NaN, NaN]],
    ['cos', [0, -Infinity, NaN], [1, NaN, NaN]],
    ['floor', [-1.5, 1.5, 2, -Infinity, NaN], [-2, 1, 2, -Infinity, NaN]],
    ['ceil', [-1.5, 1.5, 2, Infinity, NaN], [-1, 2, 2, Infinity, NaN]],
    ['trunc', [-1.5, 1.5, 2, Infinity, NaN], [-1, 1, 2, Infinity, NaN]],
    ['round', [-1.5, 0.5, 1.5, 2.5, 2.6, Infinity, NaN], [-2, 0, 2, 2, 3, Infinity, NaN]],
    ['tanh', [0, -Infinity, Infinity, NaN], [0, -1, 1, NaN]],
    ['erf', [0, -Infinity, Infinity, NaN], [0, -1, 1, NaN]],
  ] as const)('%s of %j', (op, values, expected) => {
    expect(apply(op, {}, ...values)).toEqual(expected);
  });

  it('exp, log, sin, cos, tanh and erf where tables have them', () => {
    expect(apply('log', {}, 2, Math.fround(Math.E))[0]).toBe(Math.fround(Math.LN2));
    expect(apply('sin', {}, Math.PI / 6)[0]).toBeCloseTo(0.5, 6);
    expect(apply('cos', {}, Math.PI / 3)[0]).toBeCloseTo(0.5, 6);
    expect(apply('exp', {}, 1, -1)).toEqual([Math.fround(Math.E), Math.fround(1 / Math.E)]);
    // tanh(ln 2) = (2 − ½) / (2 + ½).
    expect(apply('tanh', {}, Math.LN2)[0]).toBeCloseTo(0.6, 6);
    expect(apply('erf', {}, 0.5)[0]).toBeCloseTo(0.5204998778, 7);
  });
});

describe('relu', () => {
  it('keeps what is above 0, and NaN', () => {
    expect(apply('relu', {}, -1, 0, 2, Infinity, -Infinity, NaN)).toEqual([0, 0, 2, Infinity, 0, NaN]);
  });
});

describe('relu6', () => {
  it('keeps what is between 0 and 6, and NaN', () => {
    expect(apply('relu6', {}, -1, 3, 6, 7, Infinity, -Infinity, NaN)).toEqual([0, 3, 6, 6, 6, 0, NaN]);
  });
});

describe('clamp', () => {
  it('binds on the sides that it has', () => {
    expect(apply('clamp', { min: -1, max: 2 }, -5, 0, 5, NaN)).toEqual([-1, 0, 2, NaN]);
    expect(apply('clamp', { min: -1 }, -5, 5, Infinity)).toEqual([-1, 5, Infinity]);
    expect(apply('clamp', { max: 0.1 }, -Infinity, 1)).toEqual([-Infinity, Math.fround(0.1)]);
    expect(apply('clamp', {}, -5, 5, NaN)).toEqual([-5, 5, NaN]);
  });
});

describe('leaky-relu', () => {
  it('multiplies what is below 0', () => {
    expect(apply('leaky-relu', { slope: 0.25 }, -8, -0, 0, 8)).toEqual([-2, -0, 0, 8]);
    expect(apply('leaky-relu', { slope: 0.25 }, -Infinity, Infinity, NaN)).toEqual([
      -Infinity,
      Infinity,
      NaN,
    ]);
    // A slope above 1 or below 0 is as good as any.
    expect(apply('leaky-relu', { slope: 2 }, -8, 8)).toEqual([-16, 8]);
    expect(apply('leaky-relu', { slope: -1 }, -8, 8)).toEqual([8, 8]);
  });
});

describe('elu', () => {
  it('bends below 0 towards −alpha', () => {
    // e^−ln 2 − 1 = −1/2.
    const [half] = apply('elu', { alpha: 3 }, -Math.LN2);
    expect(half).toBeCloseTo(-1.5, 6);
    expect(apply('elu', { alpha: 3 }, -Infinity, -200, 0, 2, Infinity, NaN)).toEqual([
      -3,
      -3,
      0,
      2,
      Infinity,
      NaN,
    ]);
  });

  it('keeps its digits near 0', () => {
    expect(apply('elu', { alpha: 1 }, -(2 ** -40))).toEqual([-(2 ** -40)]);
  });
});

describe('selu', () => {
  it('is a scaled ELU', () => {
    const [half] = apply('selu', { alpha: 3, scale: 2 }, -Math.LN2);
    expect(half).toBeCloseTo(-3, 6);
    expect(apply('selu', { alpha: 3, scale: 2 }, -Infinity, 0, 2, Infinity, NaN)).toEqual([
      -6,
      0,
      4,
      Infinity,
      NaN,
    ]);
  });
});

describe('sigmoid', () => {
  it('is 1 / (1 + e⁻ˣ), rounded once', () => {
    const e = Math.E;
    const expected = [1 / 2, e / (e + 1), 1 / (e + 1), (e * e) / (e * e + 1)].map(Math.fround);
    expect(apply('sigmoid', {}, 0, 1, -1, 2)).toEqual(expected);
  });

  it('sums to 1 with that of −x', () => {
    for (let x = -20; x <= 20; x += 0.37) {
      const [a, b] = apply('sigmoid', {}, x, -x) as [number, number];
      expect(Math.abs(a + b - 1)).toBeLessThanOrEqual(2 ** -24);
    }
  });

  it('saturates', () => {
    expect(apply('sigmoid', {}, 100, -200, Infinity, -Infinity, NaN)).toEqual([1, 0, 1, 0, NaN]);
  });
});

describe('softplus', () => {
  it('is log(1 + eˣ)', () => {
    const [zero, logThree, minusLogThree] = apply('softplus', {}, 0, Math.log(3), -Math.log(3));
    expect(zero).toBe(Math.fround(Math.LN2));
    expect(logThree).toBeCloseTo(Math.log(4), 6);
    expect(minusLogThree).toBeCloseTo(Math.log(4 / 3), 6);
  });

  it('does not overflow, and keeps its digits far below 0', () => {
    expect(apply('softplus', {}, 100, 3e38, Infinity, -Infinity, NaN)).toEqual([
      100,
      Math.fround(3e38),
      Infinity,
      0,
      NaN,
    ]);
    expect(apply('softplus', {}, -50)).toEqual([Math.fround(Math.exp(-50))]);
  });
});

describe('swish', () => {
  it('is x / (1 + e⁻ˣ), rounded once', () => {
    const e = Math.E;
    const expected = [0, e / (e + 1), -1 / (e + 1), (2 * e * e) / (e * e + 1)].map(Math.fround);
    expect(apply('swish', {}, 0, 1, -1, 2)).toEqual(expected);
  });

  it('follows its formula far out: 0 from below, and NaN at −∞', () => {
    expect(apply('swish', {}, 100, -1000, Infinity, -Infinity, NaN)).toEqual([100, -0, Infinity, NaN, NaN]);
  });
});

describe('hard-sigmoid', () => {
  it('is a clamped line', () => {
    const v3 = { slope: 1 / 6, offset: 0.5 };
    expect(apply('hard-sigmoid', v3, -4, -3, 0, 1.5, 3, 4, NaN)).toEqual([0, 0, 0.5, 0.75, 1, 1, NaN]);
  });

  it('takes the slope of ONNX, and infinities', () => {
    const onnx = { slope: 0.2, offset: 0.5 };
    expect(apply('hard-sigmoid', onnx, 1, -Infinity, Infinity)).toEqual([Math.fround(0.7), 0, 1]);
  });
});

describe('hard-swish', () => {
  it('multiplies by the clamped line', () => {
    // x·(x + 3)/6 between −3 and 3: −1·2/6, 0, 1·4/6, 2·5/6.
    const middle = [-1 / 3, 0, 2 / 3, 5 / 3].map(Math.fround);
    expect(apply('hard-swish', {}, -1, 0, 1, 2)).toEqual(middle);
    expect(apply('hard-swish', {}, -4, -3, 3, 10)).toEqual([-0, -0, 3, 10]);
  });

  it('follows its formula where the input is not finite', () => {
    expect(apply('hard-swish', {}, NaN, Infinity, -Infinity)).toEqual([NaN, Infinity, NaN]);
  });
});

describe('gelu', () => {
  it('weights by the normal distribution', () => {
    // Φ(1) = 0.8413447461, Φ(2) = 0.9772498681: a table of the normal distribution.
    const [one, minusOne, two, minusTwo] = apply('gelu', { approximate: 'none' }, 1, -1, 2, -2);
    expect(one).toBeCloseTo(0.8413447, 6);
    expect(minusOne).toBeCloseTo(-0.1586553, 6);
    expect(two).toBeCloseTo(1.9544997, 6);
    expect(minusTwo).toBeCloseTo(-0.0455003, 6);
  });

  it('keeps its digits far below 0', () => {
    // Φ(−10) = 7.6198530242e−24.
    const [value] = apply('gelu', { approximate: 'none' }, -10);
    expect(value! / -7.6198530242e-23).toBeCloseTo(1, 6);
  });

  it('is approximated by tanh', () => {
    // y = √(2/π) · 1.044715 = 0.83355; tanh y = 0.68239.
    const [one, minusOne] = apply('gelu', { approximate: 'tanh' }, 1, -1);
    expect(one).toBeCloseTo((1 + Math.tanh(Math.sqrt(2 / Math.PI) * 1.044715)) / 2, 6);
    expect(one).toBeCloseTo(0.841192, 6);
    expect(minusOne).toBeCloseTo(0.841192 - 1, 6);
  });

  it.each(['none', 'tanh'] as const)('has limits with approximate %s', (approximate) => {
    expect(apply('gelu', { approximate }, 0, 1e30, Infinity, NaN)).toEqual([
      0,
      Math.fround(1e30),
      Infinity,
      NaN,
    ]);
    // −∞ · 0.
    expect(apply('gelu', { approximate }, -1e30, -Infinity)).toEqual([-0, NaN]);
  });
});
