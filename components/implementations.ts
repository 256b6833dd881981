import type { Contract } from './contract.js';
import type { Implementation } from './implement.js';

/**
 * The standard components' implementations by type, loaded on demand so that a thread carries only what it runs.
 * One line per component, in pipeline order.
 */
export const standardImplementations: Readonly<Record<string, () => Promise<Implementation<Contract>>>> = {};
