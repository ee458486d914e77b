/** @file The words of the measuring piece, in both languages. */
import type { Language } from '../../lib/frame.js';

const en = {
  title: 'Measure here',
  layer: 'Layer of MobileNetV1',
  start: 'Measure',
  stop: 'Stop',
  idle: 'Nothing has been measured yet. It takes about two seconds and runs beside the page, not in its way.',
  preparing: 'Compiling both forms and comparing them with the reference …',
  round: (rounds: number) => `Round ${rounds} of 15`,
  finished: 'Done: median of 15 rounds, both forms in turns.',
  stopped: 'Stopped.',
  failed: (message: string) => `It did not work here: ${message}`,
  standard: 'Standard',
  separable: 'Separable',
  time: 'Time of one run',
  speed: 'Work per second',
  factors: 'Standard ÷ separable',
  theory: 'Multiply-adds',
  measured: 'Time',
  engine: 'Engine: ',
  kernels: '. Kernels: ',
  gap: (share: string) =>
    `The separable form gets ${share} of the saving that its multiply-adds promise: its work per second is lower, because ` +
    'it touches as much memory as before and does less with it.',
  noGap: 'Here the time falls as much as the multiply-adds promise, or more.',
};

/** The words of one language. */
export type MeasureWords = typeof en;

const zh: MeasureWords = {
  title: '就在这里测',
  layer: 'MobileNetV1 的一层',
  start: '开始测量',
  stop: '停止',
  idle: '还没有测量。大约需要两秒钟，在页面之外运行，不会卡住页面。',
  preparing: '正在编译两种形式，并与参考实现核对……',
  round: (rounds) => `第 ${rounds} / 15 轮`,
  finished: '完成：两种形式轮流运行 15 轮，取中位数。',
  stopped: '已停止。',
  failed: (message) => `这里无法完成：${message}`,
  standard: '标准卷积',
  separable: '可分离卷积',
  time: '运行一次的时间',
  speed: '每秒的运算量',
  factors: '标准卷积 ÷ 可分离卷积',
  theory: '乘加次数',
  measured: '时间',
  engine: '引擎：',
  kernels: '。内核：',
  gap: (share) =>
    `可分离的形式只得到了乘加次数所许诺的节省的 ${share}：它每秒完成的运算更少，因为它触及的内存与从前一样多，做的事却更少。`,
  noGap: '在这里，时间减少的倍数不亚于乘加次数所许诺的。',
};

/** The piece's words in a language. */
export const measureWords = (language: Language): MeasureWords => ({ en, zh })[language];
