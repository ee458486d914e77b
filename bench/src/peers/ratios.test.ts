import { describe, expect, test } from 'vitest';
import { type PeerRow, ratiosOf } from './ratios.ts';

const row = (contender: string, medianMs: number, more: Partial<PeerRow> = {}): PeerRow => ({
  model: 'v1-1.0-224',
  contender,
  engine: contender,
  threads: 1,
  loadMs: 100,
  firstMs: 2 * medianMs,
  answerMs: 100 + 2 * medianMs,
  medianMs,
  minMs: medianMs,
  gflops: 1,
  spread: 0,
  relativeError: 0,
  ...more,
});

const ratioOf = (rows: readonly PeerRow[], name: string) =>
  ratiosOf(rows).find((ratio) => ratio.name === name);

describe('ratiosOf', () => {
  test('takes the faster of two engines, and judges by the limit of the model', () => {
    const rows = [row('sepconv-simd128', 30), row('sepconv-relaxed', 20), row('tfjs-backend-wasm', 40)];
    expect(ratioOf(rows, 'best of simd128/relaxed ÷ tfjs-backend-wasm')).toEqual({
      model: 'v1-1.0-224',
      name: 'best of simd128/relaxed ÷ tfjs-backend-wasm',
      value: 0.5,
      limit: 0.7,
      ok: true,
    });
  });

  test('a missed limit is not ok', () => {
    const rows = [row('sepconv-wide', 17), row('onnxruntime-node', 10)];
    expect(ratioOf(rows, 'wide ÷ onnxruntime-node (native)')).toMatchObject({ value: 1.7, ok: false });
  });

  test('loading counts by the slowest engine', () => {
    const rows = [
      row('sepconv-simd128', 30, { loadMs: 90 }),
      row('sepconv-wide', 10, { loadMs: 150 }),
      row('onnxruntime-web', 50, { loadMs: 1000 }),
    ];
    expect(ratioOf(rows, 'load, slowest engine ÷ onnxruntime-web')).toMatchObject({ value: 0.15, ok: false });
  });

  test('a contender that is missing leaves its ratios out', () => {
    expect(ratioOf([row('sepconv-wide', 10)], 'wide ÷ tfjs-backend-wasm')).toBeUndefined();
  });

  test('other models have ratios without a limit, and models do not mix', () => {
    const rows = [
      row('sepconv-wide', 10),
      row('sepconv-wide', 4, { model: 'v1-0.5-160' }),
      row('tfjs-backend-wasm', 8, { model: 'v1-0.5-160' }),
    ];
    const ratios = ratiosOf(rows).filter(({ name }) => name === 'wide ÷ tfjs-backend-wasm');
    expect(ratios).toEqual([{ model: 'v1-0.5-160', name: 'wide ÷ tfjs-backend-wasm', value: 0.5 }]);
  });

  test('each of ours is compared with the fastest peer, and its first run with its steady one', () => {
    const rows = [row('sepconv-wide', 12), row('onnxruntime-node', 8), row('tfjs-backend-wasm', 30)];
    expect(ratioOf(rows, 'sepconv-wide ÷ best peer (onnxruntime-node)')?.value).toBe(1.5);
    expect(ratioOf(rows, 'sepconv-wide: first run ÷ steady run')).toMatchObject({ value: 2, ok: true });
  });

  test('integers are judged by float32 on the same engine, and by whether the processor multiplies bytes', () => {
    const model = 'v2-1.0-224-int8';
    const rows = [
      row('sepconv-wide', 5, { model }),
      row('sepconv-wide-float32', 10, { model }),
      row('sepconv-relaxed', 15, { model }),
      row('litert.js', 37.5, { model }),
    ];
    const judgedWith = (hasByteProducts: boolean, name: string) =>
      ratiosOf(rows, hasByteProducts).find((ratio) => ratio.name === name);
    const wide = 'wide with integers ÷ in float32';
    expect(judgedWith(false, wide)).toMatchObject({ value: 0.5, limit: 0.65, ok: true });
    expect(judgedWith(true, wide)).toMatchObject({ value: 0.5, limit: 0.4, ok: false });
    expect(judgedWith(false, 'relaxed ÷ litert.js')).toMatchObject({ value: 0.4, limit: 0.42, ok: true });
    // What computes in float32 is compared with nobody else.
    expect(ratiosOf(rows).filter(({ name }) => name.startsWith('sepconv-wide-float32'))).toEqual([]);
  });
});
