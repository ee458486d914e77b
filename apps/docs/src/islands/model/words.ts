/** @file The words around a dropped model, in both languages. */
import type { Language } from '../../lib/frame.js';
import { explorerWords } from '../explorer/words.js';
import { exampleSizes } from './example-names.js';

const { 'mobilenet-v1-standard': v1, 'mobilenet-v2': v2 } = exampleSizes;

const en = {
  explorer: explorerWords('en'),
  title: 'Drop a model',
  drop: 'Drop an ONNX or TFLite file here, or choose one',
  dropHint: 'It is read in this page. Nothing is uploaded.',
  noFile: 'No file at hand?',
  examples: {
    'mobilenet-v1-standard': `Try MobileNetV1 with standard convolutions, width ${v1.width}`,
    'mobilenet-v2': `Try MobileNetV2, width ${v2.width}`,
  },
  reading: (file: string) => `Reading ${file} …`,
  ready: (file: string, layers: number) => `${file}: ${layers} layers.`,
  cannotRead: (file: string) => `${file} cannot be read`,
  openShape: (file: string, input: string) =>
    `${file} leaves the size of its input ${input} open. Which size should it have?`,
  openDimension: (axis: number, name: string) => `Dimension ${axis}${name === '' ? '' : ` (${name})`}`,
  readAgain: 'Read again',
  /** A sentence under the library's own, which is English everywhere; empty where that needs no word. */
  failureNote: '',
  fileFacts: (format: string, bytes: string, inputs: string, outputs: string) =>
    `${format}, ${bytes} bytes. In: ${inputs}. Out: ${outputs}.`,
  warnings: (count: number) =>
    count === 1 ? 'One thing is read differently' : `${count} things are read differently`,
  peak: 'Peak memory',
  peakNote: (layerByLayer: string) => `of activations, as the engine runs it; ${layerByLayer} layer by layer`,
  noEngine: 'The engine cannot run this network, so the memory is that of one layer after the other.',
  couldSave: 'If it were separable',
  times: (factor: string) => `${factor} times`,
  couldSaveNote: 'fewer multiply-adds in the whole network',
  nothingToSave: 'there is no standard convolution left',
  separable: 'What could be separable',
  separableNote:
    'Every standard convolution with a window of more than one pixel, beside a depthwise and a pointwise one of the same sizes. The counts are exact. The result computes something else until its weights are fitted and trained: sepconv decompose does the first, and says which layers bear it.',
  nothingToSaveLong:
    'Nothing: no layer is a standard convolution with a window of more than one pixel. The network is separable already, or has no convolutions.',
  macsNow: 'Multiply-adds',
  macsThen: 'separable',
  less: 'times fewer',
  paramsNow: 'Parameters',
  whole: 'the whole network',
};

/** The words of one language. */
export type ModelWords = typeof en;

const zh: ModelWords = {
  explorer: explorerWords('zh'),
  title: '打开一个模型',
  drop: '把 ONNX 或 TFLite 文件拖到这里，或点此选择',
  dropHint: '文件就在本页内读取，什么也不上传。',
  noFile: '手边没有文件？',
  examples: {
    'mobilenet-v1-standard': `试试标准卷积的 MobileNetV1（宽度 ${v1.width}）`,
    'mobilenet-v2': `试试 MobileNetV2（宽度 ${v2.width}）`,
  },
  reading: (file) => `正在读取 ${file}……`,
  ready: (file, layers) => `${file}：共 ${layers} 层。`,
  cannotRead: (file) => `无法读取 ${file}`,
  openShape: (file, input) => `${file} 没有定下输入 ${input} 的大小，要取多大？`,
  openDimension: (axis, name) => `第 ${axis} 维${name === '' ? '' : `（${name}）`}`,
  readAgain: '重新读取',
  failureNote: '以上是本库的原文，各处都用英文。',
  fileFacts: (format, bytes, inputs, outputs) =>
    `${format}，${bytes} 字节。输入：${inputs}。输出：${outputs}。`,
  warnings: (count) => `有 ${count} 处的读法与文件不同`,
  peak: '峰值内存',
  peakNote: (layerByLayer) => `激活所占，按引擎的运行方式计；逐层运行则为 ${layerByLayer}`,
  noEngine: '引擎无法运行此网络，因此这里的内存按逐层运行计。',
  couldSave: '若改成可分离的',
  times: (factor) => `${factor} 倍`,
  couldSaveNote: '整个网络的乘加次数减少的倍数',
  nothingToSave: '已经没有标准卷积了',
  separable: '哪些层可以改成可分离的',
  separableNote:
    '窗口大于一个像素的每个标准卷积，与同样尺寸的深度卷积加逐点卷积相比。计数是精确的。在拟合并训练权重之前，改写后的网络算的是另一回事：sepconv decompose 负责拟合，并指出哪些层经得起。',
  nothingToSaveLong: '没有：没有哪一层是窗口大于一个像素的标准卷积。这个网络已是可分离的，或者根本没有卷积。',
  macsNow: '乘加次数',
  macsThen: '可分离后',
  less: '减少倍数',
  paramsNow: '参数',
  whole: '整个网络',
};

/** The words in a language. */
export const modelWords = (language: Language): ModelWords => ({ en, zh })[language];
