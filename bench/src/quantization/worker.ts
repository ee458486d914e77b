/** @file A process that runs one part of the evidence for quantization. */
import { serveTask } from '../harness/fork-tasks.ts';
import { runTask } from './tasks.ts';

serveTask(runTask);
