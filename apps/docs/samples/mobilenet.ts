import { costOf } from '@sepconv/cost-model';
import { mobileNetV1, networkNames } from '@sepconv/mobilenet';

const { macs, params } = costOf(mobileNetV1()).totals;
const twin = costOf(mobileNetV1({ separable: false })).totals;
console.log(
  `${networkNames.length > 10}, ${macs} multiply-adds, ${params.trainable} parameters`,
);
console.log(`${(twin.macs / macs).toFixed(1)} times as many with standard convolutions`);
// true, 568740352 multiply-adds, 4231976 parameters
// 8.6 times as many with standard convolutions
