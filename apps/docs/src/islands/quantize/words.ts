/** @file The words around a model that is quantized in the page, in both languages. */
import type { Language } from '../../lib/frame.js';

const en = {
  title: 'In 8-bit integers',
  lead: 'Weights and activations become int8, a quarter of the size, with one scale for each output channel. Scales are evened out across layers, and biases make good what rounding does on average. It runs in a worker of this page.',
  images: 'Drop images like those that it will see, or choose some',
  imagesHint: (count: number) =>
    count === 0
      ? 'Some dozens are enough. They stay in this page.'
      : count === 1
        ? 'One image. It stays in this page.'
        : `${count} images, of which ${Math.min(count - 1, Math.round(count / 5))} are held back to compare on. They stay in this page.`,
  withoutImages:
    'Without images, ranges are those of BatchNorm’s statistics and of inputs drawn at random, too narrow in some layers and too wide in others. That costs accuracy: how much, only images can tell.',
  noImages: 'This network takes no image, so that ranges are those of drawn inputs, which costs accuracy.',
  forget: 'Without images',
  start: 'Quantize',
  stop: 'Stop',
  stopped: 'Stopped.',
  failed: 'It cannot be quantized',
  step: (what: string, share: number) => `${what === '' ? 'Reading' : what}, ${Math.round(100 * share)} %`,
  finished: (seconds: string) => `Quantized in ${seconds} s.`,
  bytes: 'Parameters',
  bytesNote: (before: string) => `bytes, of ${before} before`,
  layers: 'Layers in integers',
  layersNote: (moved: number, real: number) =>
    `${moved} more only ${moved === 1 ? 'moves' : 'move'} numbers, ${real} ${real === 1 ? 'stays' : 'stay'} real`,
  sameTop: 'Same top class',
  error: 'Difference of the outputs',
  on: {
    'held-back': (count: number) => `on ${count === 1 ? 'the image' : `${count} images`} held back`,
    calibration: (count: number) =>
      `on ${count === 1 ? 'the image' : `the ${count} images`} that ranges were learnt from`,
    drawn: (count: number) => `on ${count} drawn inputs, which are unlike photos`,
  },
  noise: 'Noise',
  noiseNote: 'of the outputs: signal to quantization noise',
  table: (count: number) => `All ${count} layers, quantized`,
  columns: {
    layer: 'Layer',
    op: 'Op',
    range: 'Range',
    scale: 'Scale',
    weights: 'Weights',
    noise: 'Noise',
    why: 'Stays real, because',
  },
  exact: 'exact',
  save: (name: string) => `Save ${name}`,
  notWritten: (name: string) => `${name} cannot be written:`,
};

/** The words of one language. */
export type QuantizeWords = typeof en;

const steps: Readonly<Record<string, string>> = {
  '': '读取',
  'Observing ranges': '观察范围',
  'Rounding weights': '取整权重',
  'Learning to round': '学习取整',
  'Looking at each layer by itself': '逐层查看',
  'Comparing the networks': '比较两个网络',
  Done: '完成',
};

const zh: QuantizeWords = {
  title: '8 位整数',
  lead: '权重与激活都变成 int8，大小为四分之一，每个输出通道有自己的比例。各层之间的比例先被拉平，取整的平均误差由偏置补上。一切在本页的一个 worker 里进行。',
  images: '把与它将来所见相似的图像拖到这里，或点此选择',
  imagesHint: (count) =>
    count === 0
      ? '几十张就够，图像不离开本页。'
      : count === 1
        ? '一张图像，不离开本页。'
        : `${count} 张图像，其中 ${Math.min(count - 1, Math.round(count / 5))} 张留作比较，都不离开本页。`,
  withoutImages:
    '没有图像时，范围来自 BatchNorm 的统计与随机生成的输入：有的层太窄，有的层太宽。这会损失准确率；损失多少，只有图像才能说明。',
  noImages: '这个网络不接收图像，因此范围来自随机生成的输入，这会损失准确率。',
  forget: '不用图像',
  start: '量化',
  stop: '停止',
  stopped: '已停止。',
  failed: '无法量化',
  step: (what, share) => `${steps[what] ?? what}，${Math.round(100 * share)} %`,
  finished: (seconds) => `量化用时 ${seconds} 秒。`,
  bytes: '参数',
  bytesNote: (before) => `字节，原为 ${before}`,
  layers: '以整数计算的层',
  layersNote: (moved, real) => `另有 ${moved} 层只移动数，${real} 层仍为实数`,
  sameTop: '首位类别相同',
  error: '输出之差',
  on: {
    'held-back': (count) => `以留出的 ${count} 张图像比较`,
    calibration: (count) => `以学习范围所用的 ${count} 张图像比较`,
    drawn: (count) => `以 ${count} 个随机输入比较，它们与照片不同`,
  },
  noise: '噪声',
  noiseNote: '输出的信号与量化噪声之比',
  table: (count) => `量化后的全部 ${count} 层`,
  columns: {
    layer: '层',
    op: '运算',
    range: '范围',
    scale: '比例',
    weights: '权重',
    noise: '噪声',
    why: '仍为实数的原因',
  },
  exact: '无误差',
  save: (name) => `保存 ${name}`,
  notWritten: (name) => `无法写出 ${name}：`,
};

/** The words in a language. */
export const quantizeWords = (language: Language): QuantizeWords => ({ en, zh })[language];
