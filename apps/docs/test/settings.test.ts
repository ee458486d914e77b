import { separableAccount } from '@sepconv/cost-model';
import { describe, expect, test } from 'vitest';
import { ratioCurve } from '../src/islands/account/ratio-curve-data.js';
import {
  defaults,
  parseSetting,
  ranges,
  type Settings,
  settingsForm,
} from '../src/islands/account/settings.js';
import { nearestStop } from '../src/islands/controls/NumberSlider.js';
import { linkQuery } from '../src/lib/query.js';

const extreme = (side: 'least' | 'most'): Settings =>
  Object.fromEntries(ranges.map((range) => [range.name, range[side]])) as Settings;

describe('settings of the account', () => {
  test('a link gives back what it was made from', () => {
    const settings: Settings = {
      ...defaults,
      height: 7,
      outputChannels: 1000,
      kernel: 5,
      stride: 2,
      multiplier: 3,
    };
    expect(settingsForm.read(new URLSearchParams(linkQuery(settingsForm, settings)))).toEqual(settings);
  });

  test('what a link leaves out or gets wrong is the default', () => {
    expect(settingsForm.read(new URLSearchParams(''))).toEqual(defaults);
    expect(settingsForm.read(new URLSearchParams('?h=-1&w=1e3&in=&out=4097&k=three&s=0&m=1.5'))).toEqual(
      defaults,
    );
  });

  test('only integers within the limits are numbers', () => {
    const kernel = ranges.find(({ name }) => name === 'kernel')!;
    expect(['1', ' 11 ', '0', '12', '3.5', '', 'x'].map((text) => parseSetting(kernel, text))).toEqual([
      1,
      11,
      undefined,
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
  });

  test('the smallest and the largest layer have an exact account and a curve', () => {
    for (const settings of [extreme('least'), extreme('most')]) {
      expect(Number.isSafeInteger(separableAccount(settings).standard.flops)).toBe(true);
      expect(ratioCurve(settings).length).toBeGreaterThan(50);
    }
  });

  test.each(ranges)('the stops of $name rise and stay within the limits', ({ stops, least, most, name }) => {
    expect([...stops].sort((a, b) => a - b)).toEqual([...new Set(stops)]);
    expect(stops[0]).toBe(least);
    expect(stops.at(-1)).toBeLessThanOrEqual(most);
    expect(stops).toContain(defaults[name]);
  });

  test('the slider of a typed number stands at the nearest stop', () => {
    expect(nearestStop([1, 2, 4, 8], 5)).toBe(2);
    expect(nearestStop([1, 2, 4, 8], 100)).toBe(3);
  });

  test('the two shares of a point add up to the ratio', () => {
    for (const { ratio, depthwise, pointwise } of ratioCurve({ ...defaults, multiplier: 2 })) {
      expect(depthwise + pointwise).toBeCloseTo(ratio, 12);
    }
  });
});
