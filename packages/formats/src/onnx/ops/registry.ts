/** @file The only list of ONNX operators that a graph can express; messages go by it, and by the folders'. */
import type { Readers } from '../context.js';
import { joinProducts } from '../join-products.js';
import { joinTables } from '../join-tables.js';
import { keepingRows, withoutMissingRows } from '../open-rows.js';
import { ownIntegers, spellOwnOperators } from '../own-operators.js';
import { recognizeGelu } from '../patterns.js';
import { commonReaders } from './common.js';
import { moreReaders } from './more.js';

/** All readers. */
export const allReaders: Readers = {
  nodes: new Map(Object.entries({ ...commonReaders, ...moreReaders }).sort(([a], [b]) => (a < b ? -1 : 1))),
  more: {
    joinProducts,
    joinTables,
    keepingRows,
    ownIntegers,
    recognizeGelu,
    spellOwnOperators,
    withoutMissingRows,
  },
};
