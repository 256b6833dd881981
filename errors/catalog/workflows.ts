import type { Catalog } from './catalog.js';

export const workflows = {
  CALL_NOT_AWAITED: {
    kind: 'config',
    retryable: false,
    headline: 'A component was called but its result was never awaited.',
    why: 'A component call starts only when it is awaited, so this node would silently not run.',
    fix: 'Put `await` before the call, or remove it.',
  },
} as const satisfies Catalog;
