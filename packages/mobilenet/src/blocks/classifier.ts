import { dense, type GraphBuilder } from '@sepconv/graph';

/**
 * Logits and their softmax from features `[N, 1, 1, C]` or `[N, C]`; gives probabilities `[N, classes]`. Keras's
 * MobileNets write this dense layer as a 1×1 convolution, which is the same numbers.
 */
export function classifier(builder: GraphBuilder, features: string, classes: number): string {
  const logits = dense(builder, features, { name: 'head/logits', filters: classes });
  return builder.node('softmax', [logits], { axis: 1 }, 'head/softmax');
}

/** {@link classifier} on the means of the channels of `[N, H, W, C]`. */
export function pooledClassifier(builder: GraphBuilder, features: string, classes: number): string {
  return classifier(builder, builder.node('global-average-pool2d', [features], {}, 'head/pool'), classes);
}
