/** @file The words of the comparison of CPU and GPU, in both languages. What a page shows before anybody asks is in `GpuButton.tsx`. */
import type { Language } from '../../lib/frame.js';

const en = {
  stop: 'Stop',
  again: 'Compare again',
  starting: 'Asking for the GPU …',
  compiling: (done: number, total: number) => `Compiling for the GPU: ${done} of ${total} shaders …`,
  measuring: (rounds: number) => `Round ${rounds}`,
  finished: 'Done: both gave the same results, within rounding.',
  stopped: 'Stopped.',
  failed: 'The GPU does not run this here',
  caption: 'Time of one run, lower quartiles of rounds in turns',
  of: { standard: 'Standard', separable: 'Separable', model: 'This network' },
  cpu: (engine: string) => `CPU, ${engine}, one thread`,
  gpu: 'GPU, with upload and read-back',
  gpuAlone: 'GPU, results not read back',
  dispatches: 'Dispatches',
  bound: 'Bytes bound to them',
  difference: 'Largest difference / largest result',
  adapter: (name: string) => `Adapter: ${name}.`,
  software:
    'This adapter is software: a program that does a GPU’s work on the CPU. Its times say nothing about GPUs, and only that the results agree means something.',
  faster: (backend: 'cpu' | 'gpu', factor: string) =>
    `Here the ${backend === 'cpu' ? 'CPU' : 'GPU'} is the faster one from an image to its answer, by a factor of ${factor}.`,
  sameClass: 'Both put the same class first.',
  otherClass: (cpu: number, gpu: number) =>
    `The CPU puts class ${cpu} first and the GPU class ${gpu}: the two are as good as equal.`,
};

/** The words of one language. */
export type GpuWords = typeof en;

const zh: GpuWords = {
  stop: '停止',
  again: '再比一次',
  starting: '正在请求 GPU……',
  compiling: (done, total) => `正在为 GPU 编译：着色器 ${done}/${total}……`,
  measuring: (rounds) => `第 ${rounds} 轮`,
  finished: '完成：两者结果相同，只差舍入。',
  stopped: '已停止。',
  failed: 'GPU 在这里运行不了它',
  caption: '运行一次的时间，轮流运行，取下四分位数',
  of: { standard: '标准卷积', separable: '可分离卷积', model: '这个网络' },
  cpu: (engine) => `CPU，${engine}，一个线程`,
  gpu: 'GPU，含上传与读回',
  gpuAlone: 'GPU，结果不读回',
  dispatches: '派发次数',
  bound: '所绑定的字节',
  difference: '最大差异 / 最大结果',
  adapter: (name) => `适配器：${name}。`,
  software:
    '这个适配器是软件：一个在 CPU 上替 GPU 做事的程序。它的时间与 GPU 无关，只有结果一致这一点有意义。',
  faster: (backend, factor) =>
    `在这里，从图像到答案，${backend === 'cpu' ? 'CPU' : 'GPU'} 更快，快 ${factor} 倍。`,
  sameClass: '两者排在第一的类别相同。',
  otherClass: (cpu, gpu) => `CPU 把类别 ${cpu} 排在第一，GPU 把类别 ${gpu} 排在第一：二者几乎相等。`,
};

/** The words in a language. */
export const gpuWords = (language: Language): GpuWords => ({ en, zh })[language];
