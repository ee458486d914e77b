/** Where a page finds the cache of packages, and LiteRT.js its WebAssembly. */
export const filePrefixes = { cache: '/cache', litert: '/litert' } as const;
