/** @file The words of the measuring piece, in both languages. */
import type { Language } from '../../lib/frame.js';

const en = {
  title: 'Measure here',
  layer: 'Layer',
  lessonLayer: 'the lesson’s',
  networkLayers: 'MobileNetV1',
  start: 'Measure',
  stop: 'Stop',
  idle: 'Nothing has been measured yet. It takes two or three seconds and runs beside the page, not in its way.',
  preparing: 'Compiling both forms and both steps, and comparing them with the reference …',
  round: (rounds: number) => `Round ${rounds}`,
  finished: (rounds: number) => `Done: lower quartiles of ${rounds} rounds in turns.`,
  stopped: 'Stopped.',
  failed: (message: string) => `It did not work here: ${message}`,
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
export type MeasureWords = typeof en;

const zh: MeasureWords = {
  title: '在这里测量',
  layer: '层',
  lessonLayer: '课程中的层',
  networkLayers: 'MobileNetV1',
  start: '开始测量',
  stop: '停止',
  idle: '还没有测量。大约需要两三秒钟，在页面之外运行，不会卡住页面。',
  preparing: '正在编译两种形式和两个步骤，并与参考实现核对……',
  round: (rounds) => `第 ${rounds} 轮`,
  finished: (rounds) => `完成：轮流运行 ${rounds} 轮，取下四分位数。`,
  stopped: '已停止。',
  failed: (message) => `这里无法完成：${message}`,
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

/** The piece's words in a language. */
export const measureWords = (language: Language): MeasureWords => ({ en, zh })[language];
