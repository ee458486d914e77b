/** @file An engine's process in Node. */
import { serveProcess } from '../harness/serve.ts';
import { shapeWorker } from './shape-worker.ts';

serveProcess({ ...shapeWorker() });
