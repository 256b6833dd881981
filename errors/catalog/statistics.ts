import type { Catalog } from './catalog.js';

export const statistics = {} as const satisfies Catalog;
