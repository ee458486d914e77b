import { layerGraphs } from '@sepconv/mobilenet';
import { runReference } from '@sepconv/reference';
import { describe, expect, test } from 'vitest';
import { checkedPart, forms, imageFor, withWeights } from '../src/islands/measure/forms.js';
import { isRight } from '../src/islands/measure/is-right.js';
import { layerName, mobileNetLayers } from '../src/islands/measure/layers.js';

const small = { height: 9, width: 6, inputChannels: 5, outputChannels: 7, kernel: 3, stride: 2 };

describe('what is measured', () => {
  test('are the different separable layers of MobileNetV1', () => {
    const names = mobileNetLayers().map(layerName);
    expect(names.length).toBe(9);
    expect(names[0]).toBe('112×112×32 → 64');
    expect(names).toContain('112×112×64 → 128, s = 2');
    expect(names.at(-1)).toBe('7×7×1024 → 1024');
  });

  test.each(forms)('a %s layer is checked: the right answer passes, a wrong one does not', (form) => {
    const network = withWeights(layerGraphs(small)[form]);
    const image = imageFor(network.graph);
    const [output] = runReference(network, image).values();
    expect(isRight(form, small, network, image, output!)).toBe(true);
    const wrong = { ...output!, data: Float32Array.from(output!.data, (value) => value * 1.0001) };
    expect(isRight(form, small, network, image, wrong)).toBe(false);
  });

  test('a large layer is checked on a small image with the same channels', () => {
    expect(checkedPart({ ...small, height: 112, width: 112 })).toEqual({ ...small, height: 16, width: 16 });
    const wide = { ...small, height: 7, width: 7, inputChannels: 1024, outputChannels: 1024, stride: 1 };
    expect(checkedPart(wide)).toEqual({ ...wide, height: 3, width: 3 });
  });
});
