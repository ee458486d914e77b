/** @file The words of the page that trains, in both languages. */
import type { Language } from '../../lib/frame.js';

const en = {
  title: 'Train the digits network here',
  start: 'Train both',
  again: 'Train both again',
  stop: 'Stop',
  idle: 'Nothing has been trained yet.',
  standard: 'Standard',
  separable: 'Depthwise separable',
  costs: (macs: string, params: string) => `${macs} multiply-adds, ${params} parameters`,
  waiting: 'loading the digits',
  progress: (epoch: number, epochs: number, loss: string) => `Epoch ${epoch} of ${epochs}, loss ${loss}`,
  finished: (epochs: number) => `Trained for ${epochs} epochs.`,
  stopped: 'Stopped.',
  failed: (message: string) => `It failed: ${message}`,
  accuracy: 'Right of the held-back images',
  all: (accuracy: string) => `${accuracy} when all digits were learnt from`,
  first: 'The filters of the first layer',
  block: {
    standard: 'Of the first block: one filter’s 16 slices',
    separable: 'Of the first block: its depthwise filters',
  },
  epochAxis: 'Epoch',
  accuracyAxis: 'Right of the held-back images',
  chart: (standard: string, separable: string) =>
    `Accuracy after each epoch: standard ${standard}, separable ${separable} at the end so far. Guessing gives 10%.`,
  guessing: 'dashed: guessing',
};

/** The words of one language. */
export type TrainWords = typeof en;

const zh: TrainWords = {
  title: '在这里训练数字网络',
  start: '开始训练两个网络',
  again: '重新训练两个网络',
  stop: '停止',
  idle: '尚未训练。',
  standard: '标准卷积',
  separable: '深度可分离卷积',
  costs: (macs, params) => `乘加 ${macs}，参数 ${params}`,
  waiting: '正在载入数字图像',
  progress: (epoch, epochs, loss) => `第 ${epoch} / ${epochs} 轮，损失 ${loss}`,
  finished: (epochs) => `已训练 ${epochs} 轮。`,
  stopped: '已停止。',
  failed: (message) => `失败：${message}`,
  accuracy: '留出图像中答对的比例',
  all: (accuracy) => `用全部数字图像训练时为 ${accuracy}`,
  first: '第一层的卷积核',
  block: { standard: '第一个块：一个卷积核的 16 个切片', separable: '第一个块：它的深度卷积核' },
  epochAxis: '轮',
  accuracyAxis: '留出图像中答对的比例',
  chart: (standard, separable) =>
    `每轮之后的准确率：目前标准卷积 ${standard}，可分离卷积 ${separable}。随机猜测为 10%。`,
  guessing: '虚线：随机猜测',
};

/** The page's words in a language. */
export const trainWords = (language: Language): TrainWords => ({ en, zh })[language];
