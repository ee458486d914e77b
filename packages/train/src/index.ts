export { withBatchSize } from './batch-size.js';
export {
  type Best,
  type Checkpoint,
  type DataSummary,
  decodeCheckpoint,
  type EpochMetrics,
  encodeCheckpoint,
  type Position,
  resultOf,
} from './checkpoint.js';
export { clipGradients } from './clip-gradients.js';
export type { AugmentationOptions } from './data/augmentation.js';
export { checkDataset, type Dataset, pickImages, splitDataset } from './data/dataset.js';
export { digitDataset } from './data/digits.js';
export { type DigitNetworkOptions, digitNetwork } from './digit-network.js';
export { TrainError } from './errors.js';
export { type EvaluateOptions, type Evaluation, evaluate } from './evaluate.js';
export { type Activations, backward, forward, type Gradients, type RealTensor } from './gradients.js';
export { initialWeights } from './initial-weights.js';
export { type LearningRateOptions, learningRateAt } from './learning-rate.js';
export { type DistillationOptions, distill } from './losses/distillation.js';
export { type BatchLoss, softmaxCrossEntropy } from './losses/softmax-cross-entropy.js';
export type { AdamWOptions } from './optimizers/adamw.js';
export { createOptimizer, type Optimizer, type OptimizerOptions } from './optimizers/optimizer.js';
export type { RmsPropOptions } from './optimizers/rmsprop.js';
export type { SgdOptions } from './optimizers/sgd.js';
export type { FullSettings, TrainSettings } from './settings.js';
export { continueTraining, startTraining, type TrainResult } from './train.js';
export { DivergedError, type StepResult, type TrainerOptions } from './trainer.js';
export type { StepReport, TrainHooks, TrainingData } from './training-run.js';
export { compileTraining, type TrainingOptions, type TrainingSession } from './training-session.js';
export { averageWeights, type WeightAverage } from './weight-average.js';
