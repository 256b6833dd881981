import type { Catalog } from './catalog.js';

export const artifacts = {} as const satisfies Catalog;
