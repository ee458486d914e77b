import { costOf } from '@sepconv/cost-model';
import { mobileNetV1 } from '@sepconv/mobilenet';

const { macs, params } = costOf(mobileNetV1()).totals;
const twin = costOf(mobileNetV1({ separable: false })).totals;
console.log(`${macs} multiply-adds, ${params.trainable} parameters`);
const times = (twin.macs / macs).toFixed(1);
console.log(`${times} times as many with standard convolutions`);
// 568740352 multiply-adds, 4231976 parameters
// 8.6 times as many with standard convolutions
