import type { Artifact } from '../artifacts/artifact.js';
import type { Approval, InfraBlessing, ModelBlessing } from '../artifacts/types.js';
import type { OutcomeName } from '../activities/protocol.js';

/** How a run ends when it is not by its outputs: return it from the pipeline's function. */
export interface Outcome {
  readonly outcome: OutcomeName;
  readonly reasons: readonly string[];
}

/** Thrown by `gate`; `pipeline()` turns it into the run's result. */
export class OutcomeReached extends Error {
  override readonly name = 'OutcomeReached';
  readonly outcome: Outcome;
  constructor(outcome: Outcome) {
    super(outcome.outcome);
    this.outcome = outcome;
  }
}

/** By name, because a pipeline's file may carry its own copy of this module. */
export function isOutcomeReached(error: unknown): error is OutcomeReached {
  return error instanceof Error && error.name === 'OutcomeReached' && 'outcome' in error;
}

const NOT_OUTPUTS: ReadonlySet<string> = new Set([
  'PUSHED',
  'COMPLETED',
  'SKIPPED',
  'DATA_REJECTED',
  'NOT_BLESSED',
  'NOT_EVALUATED',
  'NOT_SERVABLE',
  'NOT_APPROVED',
]);

export function isOutcome(value: unknown): value is Outcome {
  return (
    typeof value === 'object' &&
    value !== null &&
    'outcome' in value &&
    'reasons' in value &&
    Array.isArray(value.reasons) &&
    typeof value.outcome === 'string' &&
    NOT_OUTPUTS.has(value.outcome)
  );
}

const OUTCOMES: Readonly<Record<string, OutcomeName>> = {
  BLESSED: 'COMPLETED',
  INFRA_BLESSED: 'COMPLETED',
  APPROVED: 'COMPLETED',
  NOT_BLESSED: 'NOT_BLESSED',
  NOT_EVALUATED: 'NOT_EVALUATED',
  INFRA_NOT_BLESSED: 'NOT_SERVABLE',
  NOT_APPROVED: 'NOT_APPROVED',
};

/** The outcome that a verdict means, with its reasons: NOT_BLESSED, NOT_EVALUATED, NOT_SERVABLE or NOT_APPROVED. */
export function outcome(blessing: ModelBlessing | InfraBlessing | Approval): Outcome {
  return { outcome: OUTCOMES[blessing.properties.verdict] ?? 'NOT_EVALUATED', reasons: reasonsOf(blessing) };
}

/** `reasons` is a JSON list of sentences, because ml-metadata's properties are scalars. */
export function reasonsOf(artifact: Artifact): string[] {
  const text = artifact.properties['reasons'];
  if (typeof text !== 'string' || text === '') return [];
  try {
    const parsed: unknown = JSON.parse(text);
    return Array.isArray(parsed) ? parsed.map(String) : [text];
  } catch {
    return [text];
  }
}
