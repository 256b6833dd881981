import { reasonsOf } from './reasons.js';
import type { Validation } from './validate.js';

export type Verdict = 'BLESSED' | 'NOT_BLESSED' | 'NOT_EVALUATED';

export interface Judgement {
  readonly verdict: Verdict;
  /** Sentences, the most telling first. Of a blessed model: what was left unchecked, if anything. */
  readonly reasons: readonly string[];
}

/** Whether the model passed, and why not. Nothing to check, or nothing to check on, is NOT_EVALUATED. */
export function judge(validation: Validation, rows: number, splits: readonly string[]): Judgement {
  if (rows === 0) {
    return { verdict: 'NOT_EVALUATED', reasons: [`no row with a label in split ${splits.join(', ')}`] };
  }
  if (validation.missingThresholds) {
    return {
      verdict: 'NOT_EVALUATED',
      reasons: ['the evaluation config has no thresholds, so nothing says what is good'],
    };
  }
  if (!validation.ok) return { verdict: 'NOT_BLESSED', reasons: reasonsOf(validation) };
  const unchecked = 'there is no blessed model to compare with, so conditions on changes were not checked';
  return { verdict: 'BLESSED', reasons: validation.rubberStamp ? [unchecked] : [] };
}
