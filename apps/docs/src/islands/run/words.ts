/** @file The words of running a network on an image, in both languages. */
import type { Language } from '../../lib/frame.js';
import type { NormalizationName } from '../model/image-input.js';

const en = {
  modelTitle: 'A model and an image of your own',
  dropImage: 'Drop an image here, or choose one',
  dropImageHint: (width: number, height: number) => `Its centre square becomes ${width}×${height} pixels.`,
  dropLabels: 'Names of the classes',
  dropLabelsHint: (classes: number) => `Optional: a text file with ${classes} lines.`,
  normalization: 'What a pixel’s bytes become',
  normalizations: {
    file: 'as the model file says',
    'minus-one-to-one': '−1 to 1 (TensorFlow’s MobileNets)',
    'zero-to-one': '0 to 1',
    imagenet: 'ImageNet’s mean and deviation (torchvision)',
    bytes: '0 to 255',
  } satisfies Record<NormalizationName, string> as Record<NormalizationName, string>,
  noClassifier: 'This network is no image classifier:',
  running: 'Running …',
  cannotRun: 'The image could not be classified',
  guesses: 'What the network sees',
  classNumber: (index: number) => `class ${index}`,
  perImage: ' an image, the median. Engine: ',
  alsoTook: (compile: string, first: string, runs: number) =>
    `. Compiling took ${compile}, the first of ${runs} runs ${first}.`,
  digitsTitle: 'Draw a digit',
  canvas: 'Field to draw a digit in with mouse, pen or finger. The buttons below do without.',
  drawHere: 'Draw a digit from 0 to 9',
  clear: 'Clear',
  samples: 'Or take a handwritten one:',
  sample: (digit: number) => `A handwritten ${digit}`,
  seen: (digit: number, probability: string) =>
    `It is ${digit === 8 ? 'an' : 'a'} ${digit}, says the network, with ${probability}.`,
  nothingYet: 'Nothing drawn yet.',
  small: 'What the network gets: 28×28 pixels, the digit in the middle',
  loading: 'Loading the network …',
  digitsFailed: (message: string) => `The network could not run: ${message}`,
};

/** The words of one language. */
export type RunWords = typeof en;

const zh: RunWords = {
  modelTitle: '你自己的模型和图像',
  dropImage: '把图像拖到这里，或点此选择',
  dropImageHint: (width, height) => `取正中的方块，缩放为 ${width}×${height} 像素。`,
  dropLabels: '类别的名称',
  dropLabelsHint: (classes) => `可选：一个 ${classes} 行的文本文件。`,
  normalization: '像素的字节变成什么数',
  normalizations: {
    file: '按模型文件所说',
    'minus-one-to-one': '−1 到 1（TensorFlow 的 MobileNet）',
    'zero-to-one': '0 到 1',
    imagenet: 'ImageNet 的均值与标准差（torchvision）',
    bytes: '0 到 255',
  },
  noClassifier: '这个网络不是图像分类器：',
  running: '正在运行……',
  cannotRun: '无法对这幅图像分类',
  guesses: '网络看到了什么',
  classNumber: (index) => `类别 ${index}`,
  perImage: ' 每幅图像（中位数）。引擎：',
  alsoTook: (compile, first, runs) => `。编译用了 ${compile}，共运行 ${runs} 次，第一次用了 ${first}。`,
  digitsTitle: '画一个数字',
  canvas: '用鼠标、笔或手指在这里画一个数字；下面的按钮不必画。',
  drawHere: '画一个 0 到 9 的数字',
  clear: '清除',
  samples: '或取一个手写的：',
  sample: (digit) => `手写的 ${digit}`,
  seen: (digit, probability) => `网络说：这是 ${digit}，概率 ${probability}。`,
  nothingYet: '还没有画。',
  small: '网络所得到的：28×28 像素，数字在正中',
  loading: '正在载入网络……',
  digitsFailed: (message) => `网络无法运行：${message}`,
};

/** The words in a language. */
export const runWords = (language: Language): RunWords => ({ en, zh })[language];
