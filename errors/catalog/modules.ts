import type { Catalog } from './catalog.js';

export const modules = {} as const satisfies Catalog;
