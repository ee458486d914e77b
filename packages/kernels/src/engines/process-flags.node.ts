import { setFlagsFromString } from 'node:v8';
import type { ProcessFlag } from './process-flags.js';

/** The first version whose revectorizer makes code faster: Node 22 has it but slows down, Node 20 does not know it. */
const firstUsefulNode = 24;

/** Tells V8, for the whole process, to join pairs of vector operations into AVX operations in modules compiled from now on. */
export function enableRevectorizer(): ProcessFlag {
  const major = Number.parseInt(process.versions.node, 10);
  if (major < firstUsefulNode) {
    return {
      isOn: false,
      reason: `wide needs Node ${firstUsefulNode} or later, and this is Node ${process.versions.node}`,
    };
  }
  setFlagsFromString('--experimental-wasm-revectorize');
  return { isOn: true, reason: "V8's revectorizer is on" };
}
