/** @file The words of the chooser, in both languages. */
import type { Language } from '../../lib/frame.js';
import type { CostName } from './candidates.js';

const en = {
  title: 'Choose a network',
  by: 'Accuracy against',
  limits: 'Budgets',
  limit: (cost: string, unit: string) => `${cost} at most, ${unit}`,
  costs: {
    macs: 'Multiply-adds',
    params: 'Parameters',
    size: 'Size in int8',
    memory: 'Peak memory',
    ms: 'Time here',
  } satisfies Record<CostName, string> as Record<CostName, string>,
  units: { macs: 'M', params: 'M', size: 'MB', memory: 'MB', ms: 'ms' } satisfies Record<
    CostName,
    string
  > as Record<CostName, string>,
  axes: {
    macs: 'Multiply-adds',
    params: 'Parameters',
    size: 'Bytes of the int8 file’s parameters',
    memory: 'Bytes of activations at the peak, float32',
    ms: 'Milliseconds for one image, here',
  } satisfies Record<CostName, string> as Record<CostName, string>,
  top1: 'Top-1 accuracy, %',
  top1Short: 'Top-1',
  network: 'Network',
  int8Memory: 'Peak in int8',
  front: 'Front',
  onFront: 'yes',
  source: 'source',
  link: 'Link to this choice',
  copy: 'Copy link',
  copied: 'Copied',
  csv: 'Save as CSV',
  clear: 'No budgets',
  legendFront: 'on the front: nothing is cheaper and as accurate',
  legendFits: 'within the budgets',
  legendOver: 'over a budget',
  fitting: (count: number, all: number) => `${count} of ${all} networks are within the budgets.`,
  best: (name: string, top1: string) => `The most accurate of them: ${name}, with ${top1}.`,
  none: 'No network is within all budgets.',
  untimed: (count: number) =>
    `${count} of them ${count === 1 ? 'has' : 'have'} no time yet: measure here, or take the budget of milliseconds away.`,
  drawn: (drawn: number, all: number) => `${drawn} of ${all} networks have been timed and are drawn.`,
  chart: (axis: string, front: number, all: number) =>
    `Accuracy of ${all} networks against: ${axis}. ${front} of them are on the Pareto front; the table has all numbers.`,
  table: 'The networks within the budgets',
  start: (count: number) => `Time ${count === 1 ? 'one network' : `${count} networks`} here`,
  stop: 'Stop',
  idle: 'Each takes about a second, the cheapest first. Times are kept in this browser.',
  allTimed: 'All networks within the other budgets have been timed in this browser.',
  running: (index: number, count: number, name: string) => `${index} of ${count}: ${name}`,
  stopped: (count: number) => `Stopped. ${count === 1 ? 'One time is' : `${count} times are`} kept.`,
  failed: (message: string) => `It failed: ${message}`,
  rough: 'rough: other work on this machine came between',
};

/** The words of one language. */
export type ChooseWords = typeof en;

const zh: ChooseWords = {
  title: '选择网络',
  by: '准确率对比',
  limits: '预算',
  limit: (cost, unit) => `${cost}上限，${unit}`,
  costs: { macs: '乘加次数', params: '参数量', size: 'int8 大小', memory: '内存峰值', ms: '本机用时' },
  units: { macs: 'M', params: 'M', size: 'MB', memory: 'MB', ms: 'ms' },
  axes: {
    macs: '乘加次数',
    params: '参数量',
    size: 'int8 参数的字节数',
    memory: '激活值的内存峰值（float32，字节）',
    ms: '本机每张图像的毫秒数',
  },
  top1: 'Top-1 准确率（%）',
  top1Short: 'Top-1',
  network: '网络',
  int8Memory: 'int8 内存峰值',
  front: '前沿',
  onFront: '是',
  source: '出处',
  link: '此选择的链接',
  copy: '复制链接',
  copied: '已复制',
  csv: '存为 CSV',
  clear: '清除预算',
  legendFront: '在帕累托前沿上：没有更省而同样准的',
  legendFits: '在预算之内',
  legendOver: '超出预算',
  fitting: (count, all) => `${all} 个网络中有 ${count} 个在预算之内。`,
  best: (name, top1) => `其中最准的是 ${name}，准确率 ${top1}。`,
  none: '没有网络满足全部预算。',
  untimed: (count) => `其中 ${count} 个还没有用时：请在这里测量，或去掉毫秒预算。`,
  drawn: (drawn, all) => `${all} 个网络中有 ${drawn} 个已测过用时，画在图中。`,
  chart: (axis, front, all) =>
    `${all} 个网络的准确率，横轴为${axis}。其中 ${front} 个在帕累托前沿上；全部数字见下表。`,
  table: '在预算之内的网络',
  start: (count) => `在本机测量 ${count} 个网络`,
  stop: '停止',
  idle: '每个约需一秒，从最省的开始。用时保存在此浏览器中。',
  allTimed: '在其余预算之内的网络，都已在此浏览器中测过。',
  running: (index, count, name) => `第 ${index} 个，共 ${count} 个：${name}`,
  stopped: (count) => `已停止，保存了 ${count} 个用时。`,
  failed: (message) => `失败：${message}`,
  rough: '粗略：测量时这台机器上有其他工作',
};

/** The chooser's words in a language. */
export const chooseWords = (language: Language): ChooseWords => ({ en, zh })[language];
