/** One network with standard convolutions only, and one that is separable throughout. */
export const exampleNames = ['mobilenet-v1-standard', 'mobilenet-v2'] as const;

/** One of {@link exampleNames}. */
export type ExampleName = (typeof exampleNames)[number];
