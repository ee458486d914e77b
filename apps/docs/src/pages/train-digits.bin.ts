/** @file The digits that the page "Train here" learns from. */
import { deflatedDigits } from '../lib/train-data.js';

export const GET = (): Response =>
  new Response(deflatedDigits(), { headers: { 'content-type': 'application/octet-stream' } });
