/** @file The words of the roofline, in both languages. */
import type { Language } from '../../lib/frame.js';

const en = {
  title: 'Under a roofline',
  memoryBound: 'memory-bound',
  computeBound: 'compute-bound',
  note: 'No layer is faster than the machine multiplies, nor than memory brings what it needs. Left of the dashed line memory sets the limit. Each dot is a layer with all that the engine does in its store; the larger, the more multiply-adds. Describe your machine, or measure the one that you have:',
  peak: 'Arithmetic, GFLOP/s',
  bandwidth: 'Memory, GB/s',
  hint: (least: number, most: number) => `a number from ${least} to ${most}`,
  intensityAxis: 'FLOP per byte',
  speedAxis: 'GFLOP/s at most',
  least: (time: string, share: string) =>
    `All layers one after the other take ${time} at least, ${share} of it in layers that memory bounds.`,
  start: 'Measure every layer here',
  stop: 'Stop',
  preparing: 'Compiling the network …',
  round: (rounds: number) => `Round ${rounds}`,
  stopped: 'Stopped.',
  failed: (message: string) => `It did not work here: ${message}`,
  took: (time: string, share: string) =>
    `Measured here, rings: ${time} in all; the roof’s least is ${share} of that. The two numbers above are a matrix product’s in the ` +
    'first cache and a large copy’s; from a cache a layer can be above the slope.',
  noisy: 'The times have not settled: this machine is busy with something else. Take them as rough.',
  label: (layers: number, bound: number) =>
    `Roofline of ${layers} layers with multiply-adds; ${bound} of them are bound by memory.`,
};

/** The words of one language. */
export type RooflineWords = typeof en;

const zh: RooflineWords = {
  title: '屋顶线（roofline）',
  memoryBound: '受内存限制',
  computeBound: '受运算限制',
  note: '没有哪一层能快过机器做乘法的速度，也不能快过内存送来所需之数的速度。虚线左边由内存设限。每个圆点是一层，连同引擎在写出结果时顺带完成的一切；圆点越大，乘加次数越多。描述你的机器，或者测一测手头这台：',
  peak: '运算，GFLOP/s',
  bandwidth: '内存，GB/s',
  hint: (least, most) => `${least} 到 ${most} 之间的数`,
  intensityAxis: '每字节的 FLOP',
  speedAxis: '至多 GFLOP/s',
  least: (time, share) => `所有层依次运行至少需要 ${time}，其中 ${share} 花在受内存限制的层上。`,
  start: '在这里测量每一层',
  stop: '停止',
  preparing: '正在编译网络……',
  round: (rounds) => `第 ${rounds} 轮`,
  stopped: '已停止。',
  failed: (message) => `这里无法完成：${message}`,
  took: (time, share) =>
    `在这里测得（圆环）：共 ${time}；屋顶线的下限是它的 ${share}。上面两个数分别来自一级缓存中的矩阵乘法与一次大块复制；数据在缓存里的层可以高于斜线。`,
  noisy: '时间没有稳定下来：这台机器正忙于别的事。这些数只能当作粗略的。',
  label: (layers, bound) => `${layers} 个有乘加的层的屋顶线图；其中 ${bound} 层受内存限制。`,
};

/** The words in a language. */
export const rooflineWords = (language: Language): RooflineWords => ({ en, zh })[language];
