import { parseMachine, peakMemory, roofline } from '@sepconv/cost-model';
import { predictSchedule } from '@sepconv/kernels';
import { mobileNetV2 } from '@sepconv/mobilenet';

const graph = mobileNetV2();
// One layer after the other, and as the engine runs it: in strips.
const plain = peakMemory(graph);
const engine = peakMemory(graph, { schedule: predictSchedule(graph) });
console.log(`${plain.arenaBytes} bytes become ${engine.arenaBytes}`);

// How long a layer takes at least on a machine that is described by two numbers.
const machine = parseMachine({ peakGflops: 50, bandwidthGBs: 10 });
const { milliseconds, boundBy } = roofline({ flops: 1e6, bytes: 1e6 }, machine);
console.log(`${milliseconds} ms, bound by ${boundBy}`);
// 6021120 bytes become 3913728
// 0.1 ms, bound by memory
