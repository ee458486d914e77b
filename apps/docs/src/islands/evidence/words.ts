/** @file The words of the evidence, in both languages. */
import type { Language } from '../../lib/frame.js';

const en = {
  accuracyTitle: 'Accuracy of the decomposed network',
  accuracyLabel: (count: number, worst: string, best: string) =>
    `Accuracy over the share of multiply-adds for ${count} decomposed networks: from ${worst} at rank 1 by the weights alone to ${best} after fine-tuning.`,
  plain: 'fitted to the weights',
  calibrated: 'fitted to the outputs',
  tuned: 'then fine-tuned',
  original: 'the original',
  shareAxis: 'multiply-adds, relative to the original',
  accuracyAxis: 'accuracy on the test images',
  energyTitle: 'How much of a 3×3 layer so many terms keep',
  energyLabel: (trained: string, random: string) =>
    `Share of the squared singular values that each rank keeps, on average over the 3×3 layers: rank 1 keeps ${trained} of trained weights and ${random} of random ones.`,
  trained: 'trained',
  random: 'random weights of the same shape',
  rankAxis: 'terms (rank)',
  keptAxis: 'share of the sum of squared weights',
};

/** The words of one language. */
export type EvidenceWords = typeof en;

const zh: EvidenceWords = {
  accuracyTitle: '分解之后的准确率',
  accuracyLabel: (count, worst, best) =>
    `${count} 个分解后的网络的准确率与乘加份额：从只看权重的秩 1 的 ${worst}，到微调之后的 ${best}。`,
  plain: '按权重拟合',
  calibrated: '按输出拟合',
  tuned: '再经微调',
  original: '原来的网络',
  shareAxis: '乘加次数与原来网络之比',
  accuracyAxis: '测试图像上的准确率',
  energyTitle: '若干项能保留一个 3×3 层的多少',
  energyLabel: (trained, random) =>
    `各秩保留的奇异值平方的份额，取 3×3 层的平均：秩 1 保留训练所得权重的 ${trained}，随机权重的 ${random}。`,
  trained: '训练所得',
  random: '同形状的随机权重',
  rankAxis: '项数（秩）',
  keptAxis: '占权重平方和的份额',
};

/** The words in a language. */
export const evidenceWords = (language: Language): EvidenceWords => ({ en, zh })[language];
