export type { FusedNode } from '@sepconv/graph';
