import type { Catalog } from './catalog.js';

export const formats = {} as const satisfies Catalog;
