/* ml-metadata's enumerations, as it stores them. */

export const ExecutionState = { NEW: 1, RUNNING: 2, COMPLETE: 3, FAILED: 4, CACHED: 5, CANCELED: 6 } as const;
export type ExecutionStateName = keyof typeof ExecutionState | 'UNKNOWN';

export const ArtifactState = { PENDING: 1, LIVE: 2, MARKED_FOR_DELETION: 3, DELETED: 4, ABANDONED: 5 } as const;
export type ArtifactStateName = keyof typeof ArtifactState | 'UNKNOWN';

/** `INTERNAL_OUTPUT` marks what a resolver answered: it did not make the artifact. */
export const EventType = { INPUT: 3, OUTPUT: 4, INTERNAL_INPUT: 5, INTERNAL_OUTPUT: 6 } as const;

export const TypeKind = { EXECUTION: 0, ARTIFACT: 1, CONTEXT: 2 } as const;

export const PropertyType = { INT: 1, DOUBLE: 2, STRING: 3, STRUCT: 4, PROTO: 5, BOOLEAN: 6 } as const;

export function executionStateName(state: number | null): ExecutionStateName {
  return nameOf(ExecutionState, state);
}

export function artifactStateName(state: number | null): ArtifactStateName {
  return nameOf(ArtifactState, state);
}

function nameOf<N extends string>(names: Readonly<Record<N, number>>, value: number | null): N | 'UNKNOWN' {
  const found = (Object.entries(names) as [N, number][]).find(([, number]) => number === value);
  return found?.[0] ?? 'UNKNOWN';
}
