import { readFile } from 'node:fs/promises';
import { InvalidArgumentError } from 'commander';
import { isAnomalyType, parseCustomValidation, type BeyondOptions, type CustomValidationConfig } from '../data.js';
import { PipelineError } from '../errors/pipeline-error.js';

type Bound = NonNullable<BeyondOptions['bounds']>[number];

const STATISTICS = [
  ...(['mean', 'stdDev', 'median', 'min', 'max'] as const),
  ...(['fractionZeros', 'fractionMissing', 'unique', 'avgLength', 'topShare'] as const),
] satisfies readonly Bound['statistic'][];

const NUMBER = String.raw`[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?`;
const BOUND = new RegExp(`^(.+)\\.(\\w+)=(${NUMBER})?\\.\\.(${NUMBER})?$`, 'is');

/** `fare.mean=5..20`: either side of a bound may be left out. */
export function bound(text: string, earlier: readonly Bound[] = []): readonly Bound[] {
  const [, feature, name, least, most] = BOUND.exec(text) ?? [];
  if (feature === undefined || (least === undefined && most === undefined))
    throw new InvalidArgumentError(
      'It must be feature.statistic=min..max, e.g. fare.mean=5..20 or tips.fractionZeros=..0.4.',
    );
  const statistic = STATISTICS.find((one) => one === name);
  if (statistic === undefined)
    throw new InvalidArgumentError(`The statistic must be one of ${STATISTICS.join(', ')}, not ${name ?? ''}.`);
  const [min, max] = [least, most].map((side) => (side === undefined ? undefined : Number(side)));
  if (min !== undefined && max !== undefined && min > max)
    throw new InvalidArgumentError('Its minimum is above its maximum.');
  return [...earlier, { feature, statistic, ...(min !== undefined && { min }), ...(max !== undefined && { max }) }];
}

/** `city=0.2`: the largest population stability index. */
export function stability(
  text: string,
  earlier: Readonly<Record<string, number>> = {},
): Readonly<Record<string, number>> {
  const at = text.lastIndexOf('=');
  const threshold = at < 1 || text.slice(at + 1).trim() === '' ? Number.NaN : Number(text.slice(at + 1));
  if (threshold >= 0) return { ...earlier, [text.slice(0, at)]: threshold };
  throw new InvalidArgumentError('It must be feature=threshold, e.g. city=0.25.');
}

type Severities = NonNullable<BeyondOptions['severityOverrides']>;

/** `SCHEMA_NEW_COLUMN=WARNING`. */
export function severity(text: string, earlier: Severities = {}): Severities {
  const [, type, level] = /^([A-Z][A-Z_0-9]*)=(ERROR|WARNING)$/.exec(text) ?? [];
  if (type === undefined)
    throw new InvalidArgumentError('It must be TYPE=WARNING or TYPE=ERROR, e.g. SCHEMA_NEW_COLUMN=WARNING.');
  if (!isAnomalyType(type)) throw new InvalidArgumentError(`There is no type of anomaly named ${type}.`);
  return { ...earlier, [type]: level === 'ERROR' ? 'ERROR' : 'WARNING' };
}

/** A `CustomValidationConfig` as text protobuf, or as JSON. @throws CUSTOM_VALIDATION_FILE, TEXT_PROTO_INVALID, PARAMETERS_INVALID */
export async function customValidations(file: string): Promise<CustomValidationConfig> {
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw new PipelineError('CUSTOM_VALIDATION_FILE', { what: `${file} can not be read.`, cause });
  });
  return parseCustomValidation(text, file);
}
