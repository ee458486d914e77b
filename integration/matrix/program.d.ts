/** The bits of MobileNetV2 with seeded weights on a seeded image, behind the number of classes. */
export function answer(engine?: 'simd128' | 'relaxed'): Promise<string>;
