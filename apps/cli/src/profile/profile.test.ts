/**
 * @file Prediction without a machine: a made-up one, whose kernels take exactly what prices say, is calibrated and then
 * profiled. How well a real one is predicted, `test/prediction-accuracy.mjs` measures.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { costOf, type KernelWork, passesOf, predictLatency } from '@sepconv/cost-model';
import { type Graph, GraphBuilder } from '@sepconv/graph';
import { engines, planGraph } from '@sepconv/kernels/toolkit';
import { buildNetwork } from '@sepconv/mobilenet';
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import { sepconv, sepconvJson } from '../testing/terminal.js';
import { type Calibration, calibrate, type Instruments, type MeasuredSession } from './calibrate.js';
import { calibrationGraphs, referenceGraph } from './calibration-networks.js';
import { readCalibration, storeCalibration } from './calibration-store.js';
import { workOf } from './kernel-work.js';

const folder = mkdtempSync(join(tmpdir(), 'sepconv-test-'));
const previous = process.env.SEPCONV_CACHE;
beforeAll(() => {
  process.env.SEPCONV_CACHE = folder;
});
afterAll(() => {
  if (previous === undefined) delete process.env.SEPCONV_CACHE;
  else process.env.SEPCONV_CACHE = previous;
  rmSync(folder, { recursive: true, force: true });
});

/** Nanoseconds for every kind of amount: a machine that never existed. */
function priceOf(name: string): number {
  if (name.startsWith('calls')) return name.endsWith('near') ? 400 : 1500;
  if (name.startsWith('bytes')) return 0.01;
  if (/units|blocks|tiles|strips|chain/.test(name)) return 5;
  return 0.1 + (name.length % 7) / 10;
}

const timeOf = ({ amounts }: KernelWork): number =>
  Object.entries(amounts).reduce((sum, [name, amount]) => sum + amount * priceOf(name), 0) / 1e6;

const planOf = (graph: Graph) => planGraph(graph, engines.simd128);

/** Plans for real, and "measures" by the prices; the machine slows down by a tenth with every network. */
function madeUp(): Instruments<MeasuredSession> {
  let slowdown = 1;
  return {
    compile: async (graph) => ({ plan: planOf(graph), dispose: () => {} }),
    measure: async (sessions) => {
      slowdown *= 1.1;
      return sessions.map(({ plan }) => {
        const steps = workOf(plan).map((work) => slowdown * timeOf(work));
        return { steps, run: steps.reduce((sum, ms) => sum + ms, 0), passes: 1 };
      });
    },
  };
}

describe('calibrating', { timeout: 120_000 }, () => {
  let calibration: Calibration;
  beforeAll(async () => {
    calibration = await calibrate(madeUp());
  });

  it('sees no layer of the networks that are predicted from it', () => {
    const shapes = (graph: Graph): string[] => {
      const plan = planOf(graph);
      // Pooling of one shape may occur twice, and costs nothing worth telling; arithmetic may not.
      return plan.steps.flatMap((step, i) => {
        const work = workOf(plan)[i] as KernelWork;
        return work.flops === 0 ? [] : [`${step.kernel.name} ${JSON.stringify(work)}`];
      });
    };
    const seen = new Set<string>();
    for (const graph of [...calibrationGraphs(), referenceGraph()])
      for (const key of shapes(graph)) seen.add(key);
    expect(seen.size).toBeGreaterThan(100);
    for (const name of ['mobilenet-v1', 'mobilenet-v2', 'mobilenet-v3-large', 'efficientnet-b0'] as const) {
      expect(shapes(buildNetwork(name)).filter((key) => seen.has(key))).toEqual([]);
    }
  });

  it.each(['mobilenet-v1', 'mobilenet-v2', 'mobilenet-v3-large', 'efficientnet-b0'] as const)(
    'predicts %s, whose layers it has not seen',
    (name) => {
      const works = workOf(planOf(buildNetwork(name)));
      const errors = works.map((work) => {
        // The reference says how slow the machine was; the model is at that speed.
        const predicted = predictLatency(calibration.model, work, calibration.machine);
        return predicted / timeOf(work);
      });
      const sorted = errors.toSorted((a, b) => a - b);
      const median = sorted[sorted.length >> 1] as number;
      for (const ratio of sorted.slice(1, -1)) expect(ratio / median).toBeGreaterThan(0.8);
      expect(sorted.at(-3) as number).toBeLessThan(1.25 * median);
    },
  );

  it('keeps the calibration for a week, for this machine alone', async () => {
    const now = Date.parse('2026-11-24T12:00:00Z');
    await storeCalibration(calibration, now);
    expect((await readCalibration('simd128', now + 1000))?.calibration).toEqual(calibration);
    expect(await readCalibration('simd128', now + 8 * 24 * 3600 * 1000)).toBeUndefined();
    expect(await readCalibration('relaxed', now + 1000)).toBeUndefined();
    const file = join(folder, 'calibration-simd128.json');
    const stored = readFileSync(file, 'utf8');
    for (const field of ['machine', 'levels', 'nanoseconds', 'flopsPerSecond', 'kernels', 'engine']) {
      writeFileSync(file, stored.replace(`"${field}"`, '"__proto__"'));
      expect(await readCalibration('simd128', now + 1000)).toBeUndefined();
    }
    writeFileSync(file, '{"key": "another machine"');
    expect(await readCalibration('simd128', now + 1000)).toBeUndefined();
  });
});

test.each(['mobilenet-v1', 'mobilenet-v2'] as const)(
  'the passes that a roofline is drawn of are the steps of the plan for %s, bytes and all',
  (name) => {
    const graph = buildNetwork(name);
    const plan = planGraph(graph, engines.simd128, 'off');
    const works = workOf(plan);
    const ofPass = new Map<string, { flops: number; bytes: number }>();
    for (const [index, { nodes, kernel }] of plan.steps.entries()) {
      // A border that is written around an image first is the engine's own affair.
      if (kernel.kind === 'pad') continue;
      const { flops = 0, bytes = 0 } = ofPass.get(nodes[0] as string) ?? {};
      const work = works[index] as KernelWork;
      ofPass.set(nodes[0] as string, { flops: flops + work.flops, bytes: bytes + work.bytes });
    }
    const passes = passesOf(graph);
    expect([...ofPass.keys()]).toEqual(passes.map((pass) => pass.name));
    for (const pass of passes) {
      const step = ofPass.get(pass.name) as { flops: number; bytes: number };
      expect(step.flops).toBe(pass.flops);
      const bytes = pass.readBytes + pass.writtenBytes;
      // Packed panels are whole registers, and such a border is read with the image.
      expect(step.bytes / bytes).toBeGreaterThanOrEqual(1);
      expect(step.bytes / bytes).toBeLessThan(1.03);
    }
  },
);

test('integer kernels do the multiply-adds of the cost model', () => {
  const builder = new GraphBuilder('bytes');
  const stored = { scale: [1 / 64], zeroPoint: [128] };
  const output = { dtype: 'uint8', scale: 1 / 32, zeroPoint: 7 } as const;
  const padding = { top: 1, bottom: 1, left: 1, right: 1 };
  const conv = (input: string, inputs: number, filters: number, groups: number): string => {
    const shape = [3, 3, inputs / groups, filters];
    const weight = builder.parameter(`w${filters}`, shape, 'weight', 'int8', {
      scale: [1 / 128],
      zeroPoint: [0],
    });
    const attributes = { strides: [1, 1], dilations: [1, 1], padding, groups, output } as const;
    return builder.node('quantized-conv2d', [input, weight], attributes);
  };
  const image = builder.input('image', [1, 7, 6, 3], 'uint8', stored);
  const graph = builder.build([conv(conv(image, 3, 8, 1), 8, 16, 8)]);
  const flops = workOf(planOf(graph)).reduce((sum, work) => sum + work.flops, 0);
  expect(flops).toBe(2 * costOf(graph).totals.macs);
});

describe('sepconv profile', () => {
  const machine = join(folder, 'machine.json');

  it('predicts for a described machine, and measures here', async () => {
    writeFileSync(machine, '{"name": "board", "peakGflops": 2, "bandwidthGBs": 1}');
    const argv = ['profile', 'mobilenet-v1', '--width', '0.25', '--resolution', '64', '--engine', 'simd128'];
    const profile = (await sepconvJson([...argv, '--machine', machine, '--seconds', '0.1', '--json'])) as {
      totals: Record<string, number>;
      layers: { name: string; predictedMs: number; measuredMs: number; boundBy: string }[];
      calibration: null;
    };
    const { macs, predictedMs, measuredMs } = profile.totals as {
      macs: number;
      predictedMs: number;
      measuredMs: number;
    };
    expect(macs).toBe(costOf(buildNetwork('mobilenet-v1', { width: 0.25, resolution: 64 })).totals.macs);
    // 2 GFLOP/s for all of it is the least; some layers are bound by memory.
    expect(predictedMs).toBeGreaterThanOrEqual((2 * macs) / 2e6 - 1e-9);
    expect(measuredMs).toBeGreaterThan(0);
    expect(profile.layers.reduce((sum, layer) => sum + layer.predictedMs, 0)).toBeCloseTo(predictedMs, 9);
    expect(profile.layers.reduce((sum, layer) => sum + layer.measuredMs, 0)).toBeCloseTo(measuredMs, 9);
    expect(profile.layers[0]?.name).toBe('stem/conv');
    expect(new Set(profile.layers.map(({ boundBy }) => boundBy))).toEqual(new Set(['arithmetic', 'memory']));
    expect(profile.calibration).toBeNull();
  });

  it('prints a table, a roofline and where the numbers come from, in 80 columns', async () => {
    writeFileSync(machine, '{"name": "board", "peakGflops": 2, "bandwidthGBs": 1}');
    const argv = ['profile', 'mobilenet-v1', '--width', '0.25', '--resolution', '64', '--machine', machine];
    const page = join(folder, 'profile.html');
    const { code, stdout, stderr } = await sepconv([...argv, '--no-measure', '--html', page]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: expect.stringContaining(`wrote ${page}, `) });
    const html = readFileSync(page, 'utf8');
    expect(html).toMatch(/below the ceilings of board/);
    expect(html).not.toMatch(/NaN|Infinity|undefined/);
    expect(stdout.split('\n').filter((line) => [...line].length > 80)).toEqual([]);
    expect(stdout).toMatch(/block_1\/depthwise/);
    expect(stdout).toMatch(/GFLOP\/s\n/);
    expect(stdout).toMatch(/[\u2801-\u28ff]/);
    expect(stdout).toMatch(/board: 2\.00\s+GFLOP\/s/);
  });

  it.each([
    ['{', /the machine ".*" cannot be used: it is not JSON/],
    ['[]', /a machine must be an object in braces/],
    ['{"peakGflops": "fast", "bandwidthGBs": 1}', /peakGflops must be a number above 0, not "fast"/],
  ])('refuses the machine %s', async (content, words) => {
    writeFileSync(machine, content);
    const { code, stdout, stderr } = await sepconv(['profile', 'mobilenet-v1', '--machine', machine]);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(words);
    expect(stderr).toMatch(/^sepconv: [^\n]+\n$/);
  });

  it.each([
    [['profile', 'mobilenet-v9'], 2],
    [['profile', 'mobilenet-v1', '--resolution', '100000'], 2],
    [['profile', 'mobilenet-v1', '--classes', '1000000000'], 2],
    [['profile', 'mobilenet-v1', '--seconds', '0'], 2],
    [['profile', 'mobilenet-v1', '--machine', 'nowhere.json'], 1],
  ])('%j ends with one sentence', async (argv, code) => {
    const result = await sepconv(argv);
    expect(result.code).toBe(code);
    expect(result.stderr).toMatch(/^sepconv: [^\n]+\n$/);
  });
});
