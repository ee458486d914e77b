/** @file The words of the evidence, in both languages. */
import type { Language } from '../../lib/frame.js';

const en = {
  accuracyTitle: 'One network, decomposed to less and less',
  accuracyLabel: (count: number, worst: string, best: string) =>
    `Accuracy over the share of multiply-adds for ${count} decomposed networks: from ${worst} at rank 1 by the weights alone to ${best} after fine-tuning.`,
  plain: 'by the weights alone',
  calibrated: 'by what the layers see',
  tuned: 'then fine-tuned',
  original: 'the original',
  shareAxis: 'Multiply-adds, as parts of the original’s',
  accuracyAxis: 'Accuracy on the test images',
  energyTitle: 'How much of a 3×3 layer each rank keeps',
  energyLabel: (trained: string, random: string) =>
    `Share of the squared singular values that each rank keeps, on average over the 3×3 layers: rank 1 keeps ${trained} of trained weights and ${random} of random ones.`,
  trained: 'trained',
  random: 'random weights of the same shape',
  rankAxis: 'Rank',
  keptAxis: 'Kept',
};

/** The words of one language. */
export type EvidenceWords = typeof en;

const zh: EvidenceWords = {
  accuracyTitle: '同一个网络，分解得越来越少',
  accuracyLabel: (count, worst, best) =>
    `${count} 个分解后的网络的准确率与乘加份额：从只看权重的秩 1 的 ${worst}，到微调之后的 ${best}。`,
  plain: '只看权重',
  calibrated: '依据各层所见',
  tuned: '再经微调',
  original: '原来的网络',
  shareAxis: '乘加次数，占原来的份额',
  accuracyAxis: '测试图像上的准确率',
  energyTitle: '每个秩保留 3×3 层的多少',
  energyLabel: (trained, random) =>
    `各秩保留的奇异值平方的份额，取 3×3 层的平均：秩 1 保留训练所得权重的 ${trained}，随机权重的 ${random}。`,
  trained: '训练所得',
  random: '同形状的随机权重',
  rankAxis: '秩',
  keptAxis: '保留',
};

/** The words in a language. */
export const evidenceWords = (language: Language): EvidenceWords => ({ en, zh })[language];
