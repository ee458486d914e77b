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

/** Models whose loading begins at the bytes of a file. */
const files: Readonly<Record<string, Readonly<Record<Language, string>>>> = {
  'v2-file-float32': {
    en: 'Quantized MobileNetV2, read from its file as float32',
    zh: '量化的 MobileNetV2，从文件读成 float32',
  },
  'v2-file-integer': {
    en: 'Quantized MobileNetV2, read from its file as integers',
    zh: '量化的 MobileNetV2，从文件读成整数',
  },
  'ocr-detector-file': { en: 'PP-OCR’s detector, read from its file', zh: 'PP-OCR 的检测网络，从文件读取' },
};

/** A network of the benches: a file's, or by generation, width and resolution, `v2-1.0-224`. */
export function networkTitle(model: string, language: Language): string {
  const file = files[model];
  if (file !== undefined) return file[language];
  const [, generation, width, resolution, type] = /^v(\d)-([\d.]+)-(\d+)(-int8)?$/.exec(model) ?? [];
  if (generation === undefined) return model;
  const comma = language === 'zh' ? '，' : ', ';
  const integers = { en: ', computed with integers', zh: '，以整数计算' }[language];
  return `MobileNetV${generation} ${width}${comma}${resolution}×${resolution}${type === undefined ? '' : integers}`;
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
  [/^(\w+) with integers ÷ in float32$/, '$1：整数 ÷ float32'],
  [/: first run ÷ steady run$/, '：首次运行 ÷ 稳定运行'],
];

/** A ratio of two times, `wide ÷ onnxruntime-node (native)`. */
export const ratioTitle = (name: string, language: Language): string =>
  language === 'en' ? name : chineseRatios.reduce((text, [words, meant]) => text.replace(words, meant), name);
