/** @file The words of the measuring piece before there are results, in both languages. */
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
};

/** The piece's words in a language. */
export const measureWords = (language: Language): MeasureWords => ({ en, zh })[language];
