import type { Catalog } from './catalog.js';

export const transform = {} as const satisfies Catalog;
