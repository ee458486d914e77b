/** @file An engine's process in Node. */
import { serveProcess } from '../harness/serve.ts';
import { fusionWorker } from './fusion-worker.ts';

serveProcess({ ...fusionWorker() });
