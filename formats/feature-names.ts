import { PipelineError } from '../errors/pipeline-error.js';

/**
 * Refuses names that differ by upper and lower case alone: SQL and Parquet readers take them for the same column, and
 * would rename or mix them up without a word.
 *
 * @throws EXAMPLES_COLUMN_UNSUPPORTED
 */
export function refuseClashingNames(names: Iterable<string>): void {
  const seen = new Map<string, string>();
  for (const name of names) {
    const before = seen.get(name.toLowerCase());
    if (before !== undefined || name === '' || name.includes('\0')) {
      const problem =
        before === undefined
          ? 'is blank or holds a NUL character'
          : `is the same as ${JSON.stringify(before)} but for case`;
      throw new PipelineError('EXAMPLES_COLUMN_UNSUPPORTED', {
        what: `The feature name ${JSON.stringify(name)} ${problem}.`,
        fix: 'Rename the feature.',
        details: { feature: name },
      });
    }
    seen.set(name.toLowerCase(), name);
  }
}
