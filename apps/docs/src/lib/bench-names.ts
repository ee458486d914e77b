/** @file What the benches' short names mean, as a reader of the performance page knows it, in both languages. */
import type { Language } from './frame';

const families: Readonly<Record<string, string>> = {
  'mobilenet-v1': 'MobileNetV1',
  'mobilenet-v2': 'MobileNetV2',
  'mobilenet-v3-large': 'MobileNetV3-Large',
  'mobilenet-v3-small': 'MobileNetV3-Small',
  xception: 'Xception',
  'efficientnet-b0': 'EfficientNet-B0',
  'convnext-tiny': 'ConvNeXt-Tiny',
};

/** A network of the benches, `v2-1.0-224`: generation, width and resolution. */
export function networkTitle(model: string, language: Language): string {
  const [, generation, width, resolution] = /^v(\d)-([\d.]+)-(\d+)$/.exec(model) ?? [];
  if (generation === undefined) return model;
  const comma = language === 'zh' ? '，' : ', ';
  return `MobileNetV${generation} ${width}${comma}${resolution}×${resolution}`;
}

/** A table of layers: those of a network, or those on which runtimes leave their fast path. */
export function layersTitle(table: string, language: Language): string {
  const family = families[table] ?? table;
  if (language === 'zh') return table === 'awkward' ? '刁钻的形状' : `${family} 的各层`;
  return table === 'awkward' ? 'Awkward shapes' : `Layers of ${family}`;
}

/** The parts of a ratio's name that are words. */
const chineseRatios: readonly (readonly [RegExp, string])[] = [
  [/^best of simd128\/relaxed/, 'simd128 与 relaxed 中较快的'],
  [/^load, slowest engine/, '载入，最慢的引擎'],
  [/^load with engine auto/, '载入，引擎 auto'],
  [/best peer \((.*)\)$/, '最快的同类（$1）'],
  [/ \(native\)$/, '（原生）'],
  [/: first run ÷ steady run$/, '：首次运行 ÷ 稳定运行'],
];

/** A ratio of two times, `wide ÷ onnxruntime-node (native)`. */
export const ratioTitle = (name: string, language: Language): string =>
  language === 'en' ? name : chineseRatios.reduce((text, [words, meant]) => text.replace(words, meant), name);
