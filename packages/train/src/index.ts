export { TrainError } from './errors.js';
export { type Activations, backward, forward, type Gradients, type RealTensor } from './gradients.js';
