import type { Artifact } from '../artifacts/artifact.js';
import type { Approval, ExampleAnomalies, InfraBlessing, ModelBlessing } from '../artifacts/types.js';
import type { OutcomeName } from '../activities/protocol.js';
import { countsOf, isFiltering, type AnomalyFilter } from './anomaly-counts.js';

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

export interface GateOptions extends AnomalyFilter {
  /** `ERROR`: only errors count. `WARNING`: warnings do, too. */
  readonly failOn: 'ERROR' | 'WARNING';
  /** `reject` ends the run; `report` lets the caller decide by what the gate returns. (Default: `reject`.) */
  readonly action?: 'reject' | 'report';
}

/** What a gate saw. */
export interface GateReport {
  readonly passed: boolean;
  /** In sentences; empty when it passed. */
  readonly reasons: readonly string[];
}

/**
 * Lets a run go on only with data that its schema accepts. Otherwise the run ends, successfully, with the outcome
 * DATA_REJECTED and the worst anomalies as reasons.
 *
 * With `action: 'report'` it never ends the run: warn about the reasons and go on, or ask for an `approval`.
 */
export function gate(anomalies: ExampleAnomalies, options: GateOptions): GateReport {
  const reasons = isFiltering(options) ? filteredReasons(anomalies, options) : allReasons(anomalies, options);
  if (reasons.length > 0 && options.action !== 'report')
    throw new OutcomeReached({ outcome: 'DATA_REJECTED', reasons });
  return { passed: reasons.length === 0, reasons };
}

function allReasons(anomalies: ExampleAnomalies, { failOn }: GateOptions): readonly string[] {
  const { errors, warnings } = anomalies.properties;
  if (errors === 0 && !(failOn === 'WARNING' && warnings > 0)) return [];
  const reasons = reasonsOf(anomalies);
  return reasons.length > 0 ? reasons : [`${count(errors, 'error')} and ${count(warnings, 'warning')} in the data`];
}

function filteredReasons(anomalies: ExampleAnomalies, options: GateOptions): readonly string[] {
  const counts = countsOf(anomalies, options);
  // Too many kinds to tell apart: none of them is let pass.
  if (counts === undefined) return allReasons(anomalies, options);
  return counts
    .filter(({ severity }) => severity === 'ERROR' || options.failOn === 'WARNING')
    .map(({ split, type, features }) => `${type} in split "${split}": ${count(features, 'feature')}.`);
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
function reasonsOf(artifact: Artifact): string[] {
  const text = artifact.properties['reasons'];
  if (typeof text !== 'string' || text === '') return [];
  try {
    const parsed: unknown = JSON.parse(text);
    return Array.isArray(parsed) ? parsed.map(String) : [text];
  } catch {
    return [text];
  }
}

const count = (n: number, noun: string): string => `${n} ${noun}${n === 1 ? '' : 's'}`;
