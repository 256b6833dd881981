import type { Catalog } from './catalog.js';

export const components = {} as const satisfies Catalog;
