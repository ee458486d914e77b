/** @file An engine's page in a browser. */
import { servePage } from '../harness/serve.ts';
import { shapeWorker } from './shape-worker.ts';

servePage({ ...shapeWorker() });
