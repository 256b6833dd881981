import { PipelineError } from '../../errors/pipeline-error.js';
import type { ExamplesColumn, OpenedExamples } from '../../formats/examples.js';
import type { PairedExampleSkew } from './contract.js';

/** A feature as each side has it; undefined where a side lacks it. */
export interface PairedFeature {
  readonly name: string;
  readonly base: ExamplesColumn | undefined;
  readonly test: ExamplesColumn | undefined;
}

export interface PairedFeatures {
  /** Sorted by name. */
  readonly identifiers: readonly PairedFeature[];
  readonly compared: readonly PairedFeature[];
  readonly confusion: readonly PairedFeature[];
}

/**
 * Which features identify, are compared and are counted by value.
 *
 * @throws EXAMPLE_DIFF_FEATURE_UNKNOWN, EXAMPLE_DIFF_TYPES_DIFFER, EXAMPLE_DIFF_CONFUSION_UNSUPPORTED
 */
export function pairFeatures(base: OpenedExamples, test: OpenedExamples, config: PairedExampleSkew): PairedFeatures {
  const [ofBase, ofTest] = [byName(base), byName(test)];
  const pair = (name: string): PairedFeature => ({ name, base: ofBase.get(name), test: ofTest.get(name) });
  const identifiers = [...new Set(config.identifierFeatures)].sort().map(pair);
  identifiers.forEach(checkIdentifier);
  const confusion = (config.confusionConfig ?? []).map(({ featureName }) => pair(featureName));
  confusion.forEach(checkConfusion);
  const left = new Set([...config.identifierFeatures, ...(config.ignoreFeatures ?? [])]);
  const names = [...new Set([...ofBase.keys(), ...ofTest.keys()])].sort();
  return { identifiers, confusion, compared: names.filter((name) => !left.has(name)).map(pair) };
}

const byName = ({ columns }: OpenedExamples): ReadonlyMap<string, ExamplesColumn> =>
  new Map(columns.map((column) => [column.name, column] as const));

function checkIdentifier({ name, base, test }: PairedFeature): void {
  if (base === undefined || test === undefined) throw unknown(name, base === undefined ? 'the baseline' : 'the data');
  if (base.kind === test.kind) return;
  throw new PipelineError('EXAMPLE_DIFF_TYPES_DIFFER', {
    what: `The identifier ${JSON.stringify(name)} is ${base.kind} in the baseline and ${test.kind} in the data.`,
    details: { feature: name },
  });
}

function checkConfusion({ name, base, test }: PairedFeature): void {
  const column = [base, test].find((side) => side !== undefined && side.kind !== 'STRING');
  if (base === undefined && test === undefined) throw unknown(name, 'either side');
  if (column === undefined) return;
  throw new PipelineError('EXAMPLE_DIFF_CONFUSION_UNSUPPORTED', {
    what: `The values of ${JSON.stringify(name)} are ${column.kind}, which are not counted in pairs.`,
    details: { feature: name },
  });
}

function unknown(name: string, side: string): PipelineError {
  return new PipelineError('EXAMPLE_DIFF_FEATURE_UNKNOWN', {
    what: `There is no feature ${JSON.stringify(name)} in ${side}.`,
    details: { feature: name },
  });
}
