/** @file Model files inside other files: MediaPipe's `.task`, which is a ZIP, and what Emscripten packs for a page. */
import { unzipSync } from 'fflate';

/** One file of a ZIP. */
export function zipMember(zip: Uint8Array, member: string): Uint8Array {
  const found = unzipSync(zip, { filter: ({ name }) => name === member })[member];
  if (found === undefined) throw new Error(`the ZIP has no "${member}"`);
  return found;
}

/**
 * One file of what Emscripten's file packager wrote. `loader` is the script beside the data: it has a list of
 * `{"filename": "/a.tflite", "start": 0, "end": 100}`.
 */
export function packedMember(data: Uint8Array, loader: string, member: string): Uint8Array {
  const entries = loader.matchAll(/"?filename"?: ?"\/?([^"]+)", ?"?start"?: ?(\d+), ?"?end"?: ?(\d+)/g);
  for (const [, name, start, end] of entries) {
    if (name === member) return data.subarray(Number(start), Number(end));
  }
  throw new Error(`the loader names no "${member}"`);
}
