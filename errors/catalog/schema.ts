import type { Catalog } from './catalog.js';

export const schema = {} as const satisfies Catalog;
