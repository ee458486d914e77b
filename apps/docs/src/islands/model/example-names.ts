/** One network with standard convolutions only, and one that is separable throughout. */
export const exampleNames = ['mobilenet-v1-standard', 'mobilenet-v2'] as const;

/** One of {@link exampleNames}. */
export type ExampleName = (typeof exampleNames)[number];

/** How much of the published networks they are: small ones, which a page has written in a moment. */
export const exampleSizes = {
  'mobilenet-v1-standard': { width: 0.25, resolution: 128 },
  'mobilenet-v2': { width: 0.35, resolution: 96 },
} as const satisfies Readonly<Record<ExampleName, object>>;
