import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { layersTitle, networkTitle, ratioTitle } from '../src/lib/bench-names.js';
import { benchReports } from '../src/lib/bench-results.js';

describe('names of the benches', () => {
  test('are those of the networks', () => {
    expect(networkTitle('v2-0.5-160', 'en')).toBe('MobileNetV2 0.5, 160×160');
    expect(networkTitle('v1-1.0-224', 'zh')).toBe('MobileNetV1 1.0，224×224');
    expect(networkTitle('another', 'en')).toBe('another');
    expect(layersTitle('mobilenet-v3-small', 'en')).toBe('Layers of MobileNetV3-Small');
    expect(layersTitle('awkward', 'zh')).toBe('刁钻的形状');
  });

  test('of ratios are in Chinese but for the names in them', () => {
    expect(ratioTitle('wide ÷ onnxruntime-node (native)', 'zh')).toBe('wide ÷ onnxruntime-node（原生）');
    expect(ratioTitle('sepconv-wide: first run ÷ steady run', 'zh')).toBe(
      'sepconv-wide：首次运行 ÷ 稳定运行',
    );
    // Every word that is left is a name: an engine's or a library's.
    const names = /^(simd128|relaxed|wide|auto|sepconv(-\w+)?|tfjs-backend-wasm|onnxruntime-(web|node))$/;
    for (const report of benchReports(join(import.meta.dirname, '../../../bench/results')))
      for (const { name } of report.bench === 'peers' ? report.ratios : [])
        for (const word of ratioTitle(name, 'zh').match(/[a-z][\w-]*/gi) ?? []) expect(word).toMatch(names);
  });
});
