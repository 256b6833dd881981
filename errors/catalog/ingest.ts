import type { Catalog } from './catalog.js';

export const ingest = {} as const satisfies Catalog;
