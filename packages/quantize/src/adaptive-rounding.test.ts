import { expect, test } from 'vitest';
import { quantizeNetwork } from './quantize-network.js';
import { randomInputs, smallNetwork } from './testing/networks.js';

const network = smallNetwork();
const samples = randomInputs(network, 16);
const heldBack = randomInputs(network, 8, 91);

test('rounding that is learnt answers more alike, on samples that it has not seen', {
  timeout: 120_000,
}, async () => {
  const options = { samples, heldBack, equalize: false, correctBias: false } as const;
  const nearest = await quantizeNetwork(network, options);
  const learnt = await quantizeNetwork(network, { ...options, adaptRounding: { steps: 200 } });
  expect(learnt.report.agreement.outputError).toBeLessThan(nearest.report.agreement.outputError);
  const moved = [...learnt.network.weights].flatMap(([name, { dtype, data }]) => {
    const other = nearest.network.weights.get(name)?.data;
    return dtype === 'int8' && name.endsWith('weight') && other !== undefined
      ? Array.from(data, (value, i) => Math.abs(Number(value) - Number(other[i])))
      : [];
  });
  // Up instead of down, and never farther.
  expect(Math.max(...moved)).toBe(1);
  expect(moved.filter((by) => by > 0).length).toBeGreaterThan(20);
  const again = await quantizeNetwork(network, { ...options, adaptRounding: { steps: 200 } });
  expect(again.network.weights.get('logits/weight')?.data).toEqual(
    learnt.network.weights.get('logits/weight')?.data,
  );
});

test('impossible numbers are named', async () => {
  await expect(quantizeNetwork(network, { samples, adaptRounding: { steps: 0 } })).rejects.toThrow(
    'adaptRounding.steps must be an integer of at least 1, not 0',
  );
});
