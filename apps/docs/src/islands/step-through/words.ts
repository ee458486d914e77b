/** @file The words of the step-through, in both languages. */
import type { Language } from '../../lib/frame.js';

const en = {
  title: 'One layer, step by step',
  standard: 'Standard',
  separable: 'Depthwise, then pointwise',
  input: 'input',
  output: 'output',
  middle: 'in between',
  filters: (count: number) => `${count} filters of`,
  play: 'Play',
  pause: 'Pause',
  again: 'Play again',
  back: 'One result back',
  forward: 'One result on',
  scrub: 'Multiply-adds done',
  speed: 'Speed',
  speeds: { slow: 'slow', medium: 'medium', fast: 'fast' },
  counter: (done: number, total: number) => `${done} of ${total} multiply-adds`,
  kinds: { standard: 'standard', depthwise: 'depthwise step', pointwise: 'pointwise step' },
  term: (value: string, weight: string, number: number, count: number) =>
    `${value} × ${weight}, product ${number} of ${count}`,
  done: 'done',
  panel: (name: string, channel: number, row: number, column: number) =>
    `${name}: computing channel ${channel}, row ${row}, column ${column} of its result`,
  panelDone: (name: string) => `${name}: all of the output is there`,
  same: 'Both outputs are the same: these standard filters were chosen so that two steps can do their work.',
};

/** The words of one language. */
export type StepWords = typeof en;

const zh: StepWords = {
  title: '一步一步看一层',
  standard: '标准卷积',
  separable: '先深度卷积，再逐点卷积',
  input: '输入',
  output: '输出',
  middle: '中间结果',
  filters: (count) => `${count} 个卷积核，各为`,
  play: '播放',
  pause: '暂停',
  again: '重新播放',
  back: '后退一个结果',
  forward: '前进一个结果',
  scrub: '已完成的乘加次数',
  speed: '速度',
  speeds: { slow: '慢', medium: '中', fast: '快' },
  counter: (done, total) => `乘加 ${done} / ${total}`,
  kinds: { standard: '标准卷积', depthwise: '深度卷积', pointwise: '逐点卷积' },
  term: (value, weight, number, count) => `${value} × ${weight}，第 ${number} / ${count} 个乘积`,
  done: '完成',
  panel: (name, channel, row, column) =>
    `${name}：正在计算结果的第 ${channel} 通道第 ${row} 行第 ${column} 列`,
  panelDone: (name) => `${name}：输出已全部算出`,
  same: '两边的输出相同：这里的标准卷积核经过挑选，正好能由两步完成。',
};

/** The step-through's words in a language. */
export const stepWords = (language: Language): StepWords => ({ en, zh })[language];
