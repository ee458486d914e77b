import { inPlace, moved } from './moved.js';

/** The same elements in the same order. */
export const flatten = moved<'flatten'>(inPlace);
