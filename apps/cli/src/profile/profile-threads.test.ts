import { initializeWeights } from '@sepconv/graph';
import { chooseEngine, compileFor } from '@sepconv/kernels/toolkit';
import { mobileNetV1 } from '@sepconv/mobilenet';
import { describe, expect, it } from 'vitest';
import { type MeasureStepsOptions, measureSteps } from './measure-steps.js';
import { profileThreads } from './profile-threads.js';

describe('a profile of several threads', async () => {
  const graph = mobileNetV1({ resolution: 96, width: 0.25 });
  const network = { graph, weights: initializeWeights(graph, 1) };
  const engine = await chooseEngine('simd128', false);
  const { plan } = await compileFor(engine, network);
  const layers = plan.steps.map((_, step) => ({ steps: [step], predictedMs: [1], measuredMs: 2 }));
  const measure: typeof measureSteps = (sessions, options?: MeasureStepsOptions) =>
    measureSteps(sessions, { ...options, budgetMs: 50, warmUpMs: 20, minimumPasses: 3 });

  it.each([2, 3])('measures every layer beside one thread, %i threads', async (threads) => {
    const profile = await profileThreads(network, { engine, threads, layers, budgetMs: 50, measure });
    expect(profile).toMatchObject({ threads, reason: expect.stringMatching(`${threads} threads$`) });
    expect(profile.layers.length).toBe(plan.steps.length);
    for (const [step, layer] of profile.layers.entries()) {
      expect(layer.threads).toBe(Math.min(threads, plan.steps[step]!.threads));
      expect(layer.measuredMs).toBeGreaterThanOrEqual(0);
      expect(layer.scaling).toBe(2 / layer.measuredMs!);
    }
    const steps = profile.layers.reduce((sum, { measuredMs }) => sum + measuredMs!, 0);
    expect(profile.measuredMs).toBeCloseTo(steps, 9);
    expect(profile.runMs).toBeGreaterThan(0);
  });

  it('predicts by the reference where nothing is measured', async () => {
    const options = { engine, threads: 2, layers, budgetMs: null, measure };
    const { efficiency, layers: predicted, measuredMs } = await profileThreads(network, options);
    expect(measuredMs).toBeNull();
    expect(efficiency).toBeGreaterThanOrEqual(0);
    expect(efficiency).toBeLessThanOrEqual(1);
    for (const { threads, predictedMs, scaling } of predicted) {
      const expected = threads === 1 ? 1 : 1 / (1 + efficiency) + 0.002;
      expect(predictedMs).toBeCloseTo(expected, 12);
      expect(scaling).toBeCloseTo(1 / expected, 12);
    }
  });
});
