/** @file The words of the account, in both languages. */
import type { Language } from '../../lib/frame.js';
import type { SettingName } from './settings.js';

/** The name of a number and the symbol that the formulas use. */
export interface SettingWords {
  readonly label: string;
  readonly symbol: string;
  readonly index?: string;
}

const en = {
  settings: {
    height: { label: 'Input height', symbol: 'H' },
    width: { label: 'Input width', symbol: 'W' },
    inputChannels: { label: 'Input channels', symbol: 'C', index: 'in' },
    outputChannels: { label: 'Output channels', symbol: 'C', index: 'out' },
    kernel: { label: 'Kernel size', symbol: 'K' },
    stride: { label: 'Stride', symbol: 's' },
    multiplier: { label: 'Channel multiplier', symbol: 'M' },
  } satisfies Record<SettingName, SettingWords> as Record<SettingName, SettingWords>,
  slider: 'slider',
  outOfRange: (least: number, most: number) => `an integer from ${least} to ${most}`,
  layer: 'The layer',
  reset: 'Reset',
  link: 'Link to these settings',
  copy: 'Copy link',
  copied: 'Copied',
  outputIs: (height: number, width: number) => `Output ${height} × ${width}: the H and W of the formulas.`,
  standard: 'Standard',
  depthwise: 'Depthwise',
  pointwise: 'Pointwise',
  separable: 'Separable',
  both: 'depthwise + pointwise',
  ratio: 'Ratio R, separable to standard',
  fewer: (times: string) => `${times} times fewer`,
  more: (times: string) => `${times} times as much`,
  fewerNote: ' multiply-adds, and as many times fewer weights',
  moreNote: ': here the separable layer costs more than the standard one',
  exactly: 'exactly',
  approximately: ' for many output channels',
  macs: 'Multiply-adds',
  flops: 'FLOPs',
  params: 'Weights',
  formula: 'Formula',
  tableCaption: 'The account in numbers',
  flopsNote:
    'FLOPs = 2 × multiply-adds. Many papers call a multiply-add one FLOP and print the first column.',
  curveTitle: 'R over the number of output channels',
  curveLabel: (first: string, last: string, approximation: string, here: string) =>
    `The ratio R falls from ${first} for 1 output channel to ${last} for 4096 and approaches ${approximation}; here it is ${here}.`,
  curveX: 'output channels, logarithmic',
  curveY: 'R',
  breakEven: 'as costly as standard',
};

/** The words of one language. */
export type AccountWords = typeof en;

const zh: AccountWords = {
  settings: {
    height: { label: '输入高度', symbol: 'H' },
    width: { label: '输入宽度', symbol: 'W' },
    inputChannels: { label: '输入通道数', symbol: 'C', index: 'in' },
    outputChannels: { label: '输出通道数', symbol: 'C', index: 'out' },
    kernel: { label: '卷积核大小', symbol: 'K' },
    stride: { label: '步幅', symbol: 's' },
    multiplier: { label: '通道乘子', symbol: 'M' },
  },
  slider: '滑块',
  outOfRange: (least, most) => `${least} 到 ${most} 的整数`,
  layer: '这一层',
  reset: '重置',
  link: '此设置的链接',
  copy: '复制链接',
  copied: '已复制',
  outputIs: (height, width) => `输出 ${height} × ${width}，即公式中的 H 与 W。`,
  standard: '标准卷积',
  depthwise: '深度卷积',
  pointwise: '逐点卷积',
  separable: '可分离卷积',
  both: '深度 + 逐点',
  ratio: '比值 R：可分离与标准之比',
  fewer: (times) => `减少到 1/${times}`,
  more: (times) => `${times} 倍`,
  fewerNote: '：乘加次数如此，权重数亦然',
  moreNote: '：在这里，可分离卷积反而比标准卷积更贵',
  exactly: '精确值',
  approximately: '（输出通道很多时）',
  macs: '乘加次数',
  flops: 'FLOPs',
  params: '权重数',
  formula: '公式',
  tableCaption: '用数字记的账',
  flopsNote: 'FLOPs = 2 × 乘加次数。许多论文把一次乘加称作一个 FLOP，写的其实是第一列。',
  curveTitle: 'R 随输出通道数的变化',
  curveLabel: (first, last, approximation, here) =>
    `比值 R 从 1 个输出通道时的 ${first} 降到 4096 个时的 ${last}，趋近 ${approximation}；此处为 ${here}。`,
  curveX: '输出通道数（对数刻度）',
  curveY: 'R',
  breakEven: '与标准卷积同价',
};

/** The account's words in a language. */
export const accountWords = (language: Language): AccountWords => ({ en, zh })[language];
