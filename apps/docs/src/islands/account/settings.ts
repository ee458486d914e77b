/** @file The layer that the account is about: what may be set, within which limits, and how a link keeps it. */
import type { SeparableLayer } from '@sepconv/cost-model';
import type { QueryForm } from '../../lib/query.js';

/** A layer with every number given. */
export type Settings = Required<SeparableLayer>;

/** What can be set. */
export type SettingName = keyof Settings;

/** One thing that can be set: its key in a link, its limits, and where the slider stops. */
export interface SettingRange {
  readonly name: SettingName;
  readonly key: string;
  readonly least: number;
  readonly most: number;
  /** Values of the slider, from left to right. The number field takes any integer within the limits. */
  readonly stops: readonly number[];
}

const upTo = (most: number): number[] => Array.from({ length: most }, (_, index) => index + 1);
/** Small sizes one by one, large ones in the steps that networks use. */
const pixels = [
  1, 2, 3, 4, 5, 6, 7, 8, 10, 12, 14, 16, 20, 24, 28, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192,
];
const channels = [
  1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384, 512, 640,
];

/** Everything that can be set, in the order of the page. The largest layer's FLOPs are still exact integers. */
export const ranges: readonly SettingRange[] = [
  { name: 'height', key: 'h', least: 1, most: 1024, stops: [...pixels, 224, 256, 320, 384, 512] },
  { name: 'width', key: 'w', least: 1, most: 1024, stops: [...pixels, 224, 256, 320, 384, 512] },
  {
    name: 'inputChannels',
    key: 'in',
    least: 1,
    most: 4096,
    stops: [...channels, 768, 1024, 1280, 1536, 2048],
  },
  {
    name: 'outputChannels',
    key: 'out',
    least: 1,
    most: 4096,
    stops: [...channels, 768, 1024, 1280, 1536, 2048],
  },
  { name: 'kernel', key: 'k', least: 1, most: 11, stops: upTo(11) },
  { name: 'stride', key: 's', least: 1, most: 4, stops: upTo(4) },
  { name: 'multiplier', key: 'm', least: 1, most: 8, stops: upTo(8) },
];

/** A layer of MobileNetV1, in which depthwise separable convolution became known. */
export const defaults: Settings = {
  height: 56,
  width: 56,
  inputChannels: 128,
  outputChannels: 256,
  kernel: 3,
  stride: 1,
  multiplier: 1,
};

/** The number that a text stands for, or `undefined` when it is no integer within the limits. */
export function parseSetting(range: SettingRange, text: string): number | undefined {
  if (!/^\s*\d+\s*$/.test(text)) return undefined;
  const value = Number(text);
  return value >= range.least && value <= range.most ? value : undefined;
}

/** How a link keeps the layer: every number written out, so that it keeps its meaning if a default changes. */
export const settingsForm: QueryForm<Settings> = {
  defaults,
  // What is missing or out of its limits is the default.
  read: (query) => {
    const entries = ranges.map((range) => [
      range.name,
      parseSetting(range, query.get(range.key) ?? '') ?? defaults[range.name],
    ]);
    return Object.fromEntries(entries) as Settings;
  },
  write: (settings) => Object.fromEntries(ranges.map(({ name, key }) => [key, `${settings[name]}`])),
};
