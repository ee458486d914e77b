import { expect, test } from 'vitest';
import { readQuantizationEvidence, variants, wayIn } from '../src/lib/quantization-evidence.js';

test('the results that are committed can be shown, in both languages; where there are none, nothing is', () => {
  const evidence = readQuantizationEvidence(
    new URL('../../../evidence/quantization.json', import.meta.url).pathname,
  );
  expect(readQuantizationEvidence('/no/such/file.json')).toBeUndefined();
  if (evidence === undefined) return;
  expect(evidence.rows.length).toBeGreaterThan(5);
  for (const { way, accuracy } of evidence.rows) {
    for (const variant of variants) {
      const { mean, least, most } = accuracy[variant];
      expect(mean).toBeGreaterThanOrEqual(least - 1e-12);
      expect(mean).toBeLessThanOrEqual(most + 1e-12);
    }
    // Every way has words in the other language.
    expect(wayIn('zh', way)).toMatch(/\p{Script=Han}/u);
  }
});
