/** @file The words of the results of a measurement, in both languages; loaded with them. */
import type { Language } from '../../lib/frame.js';

const en = {
  standard: 'Standard',
  depthwise: 'Depthwise step',
  pointwise: 'Pointwise step',
  separable: 'Both together',
  time: 'Time of one run',
  spread: (share: string) => `± ${share}`,
  speed: 'Work per second',
  factors: 'Standard ÷ separable',
  theory: 'Multiply-adds',
  measured: 'Time',
  engine: 'Engine: ',
  kernels: '. Kernels: ',
  gap: (share: string, macs: string, time: string) =>
    `The separable form gets ${share} of the saving that its multiply-adds promise. Its depthwise step has ${macs} of ` +
    `their number and takes ${time} of the two steps’ time: it does little with each number that it loads.`,
  noGap: 'Here the time falls as much as the multiply-adds promise, or more.',
  noisy:
    'Too noisy: this machine is busy with something else, and the times have not settled. Take them as rough, or measure again.',
};

/** The words of one language. */
export type ResultWords = typeof en;

const zh: ResultWords = {
  standard: '标准卷积',
  depthwise: '深度卷积',
  pointwise: '逐点卷积',
  separable: '两步合计',
  time: '运行一次的时间',
  spread: (share) => `± ${share}`,
  speed: '每秒的运算量',
  factors: '标准卷积 ÷ 可分离卷积',
  theory: '乘加次数',
  measured: '时间',
  engine: '引擎：',
  kernels: '。内核：',
  gap: (share, macs, time) =>
    `可分离的形式只得到了乘加次数所许诺的节省的 ${share}。深度卷积只占乘加次数的 ${macs}，却占两步时间的 ${time}：它对每个读入的数所做的运算很少。`,
  noGap: '在这里，时间减少的倍数不亚于乘加次数所许诺的。',
  noisy: '干扰太大：这台机器正忙于别的事，时间没有稳定下来。这些数只能当作粗略的，或者再测一次。',
};

/** The results' words in a language. */
export const resultWords = (language: Language): ResultWords => ({ en, zh })[language];
