import { separableAccount } from '@sepconv/cost-model';

const size = {
  height: 56,
  width: 56,
  inputChannels: 128,
  outputChannels: 256,
  kernel: 3,
};
const { standard, separable, ratio } = separableAccount(size);
console.log(`${standard.macs} MACs become ${separable.macs}: R = ${ratio.fraction}`);
// 924844032 MACs become 106373120: R = 265/2304
