/**
 * @file All that a page needs, as one script for `<script type="module">` from a CDN: from a photo to an answer, reading files, building
 * networks and running them.
 */
export * from '@sepconv/formats';
// Two packages have options of this name, those of a layer's graphs among them.
export type { LayerOptions } from '@sepconv/graph';
export * from '@sepconv/graph';
export * from '@sepconv/kernels';
export * from '@sepconv/mobilenet';
export * from '@sepconv/tensor';
export * from './index.js';
