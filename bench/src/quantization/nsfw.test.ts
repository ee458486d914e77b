import { quantizeNetwork } from '@sepconv/quantize';
import { expect, test } from 'vitest';
import { hasShared, sharedTitle } from '../testing/quantized-models.js';
import { nsfwNetwork } from './agreement.js';
import { cropsOf, photoOf } from './photos.js';

const input = { height: 224, width: 224, normalize: { mean: 0, standardDeviation: 255 } };

test.skipIf(!hasShared('images'))(
  sharedTitle(
    'MobileNetV2 of nsfwjs answers as in real numbers on crops of a picture that it was not calibrated with',
    'images',
  ),
  { timeout: 900_000 },
  async () => {
    const network = await nsfwNetwork();
    const [cat, food, bird] = await Promise.all(['cat_720p.jpg', 'hot_dog.jpg', 'bird.bmp'].map(photoOf));
    const samples = [...cropsOf(cat!, 50, 7, input), ...cropsOf(food!, 50, 8, input)];
    const heldBack = cropsOf(bird!, 200, 9, input);
    const { report } = await quantizeNetwork(network, { samples, heldBack, allowProcessFlags: true });
    const { sameTop, topClasses = [], samples: count } = report.agreement;
    expect(report.agreementOn).toBe('held-back');
    expect(count).toBe(200);
    // No class by itself is most of what was looked at.
    expect(topClasses.filter((top) => top.samples >= 0.2 * count).length).toBeGreaterThanOrEqual(2);
    expect(sameTop).toBeGreaterThanOrEqual(0.97);
    // All but the softmax at the end.
    expect(report.counts.float).toBe(1);
    expect(report.bytesAfter).toBeLessThan(0.26 * report.bytesBefore);
  },
);
