import { decodePlain } from '../../../formats/protobuf/plain-message.js';
import { FeatureMessage, NaturalLanguageStatisticsMessage } from '../../../formats/protobuf/tensorflow-metadata.js';
import type { FeatureDomains, FeatureProto, SequenceValueConstraintsProto } from '../../../formats/schema.js';
import { parseTextProto } from '../../../formats/text-proto.js';
import { finding, sixDigits, type Finding } from './description.js';
import { clearDomain, domainKind } from './feature-domain.js';
import type { FeatureView } from './statistics-view.js';

/** Takes over the domain that a `domain_info` custom statistic names; false when there is none to take. */
export function adoptSemanticDomain(view: FeatureView, feature: FeatureProto): boolean {
  const stated = (view.data.customStats ?? []).filter(({ name, str }) => name === 'domain_info' && str);
  const text = stated[0]?.str;
  if (stated.length !== 1 || text === undefined || domainKind(feature) !== undefined) return false;
  let parsed: FeatureProto;
  try {
    parsed = parseTextProto<FeatureProto>(FeatureMessage, text);
  } catch {
    return false; // A statistic that is no domain is ignored, as TFDV does.
  }
  if (Object.keys(parsed).length !== 1 || domainKind(parsed) === undefined) return false;
  Object.assign(feature, parsed satisfies FeatureDomains);
  return true;
}

export function checkImageDomain(view: FeatureView, feature: FeatureProto): Finding[] {
  const domain = feature.imageDomain;
  if (domain === undefined) return [];
  const findings: Finding[] = [];
  const formats = view.customStatistic('image_format_histogram')?.rankHistogram?.buckets;
  const wanted = domain.minimumSupportedImageFraction;
  if (wanted !== undefined && formats !== undefined) {
    const total = formats.reduce((sum, { sampleCount = 0 }) => sum + sampleCount, 0);
    const unknown = formats.find(({ label }) => label === 'UNKNOWN')?.sampleCount ?? 0;
    const fraction = Math.fround((total - unknown) / total);
    if (fraction < Math.fround(wanted)) {
      const long =
        `Fraction of values containing TensorFlow supported images: ${fraction.toFixed(6)} is lower than the ` +
        `threshold set in the Schema: ${wanted.toFixed(6)}.`;
      findings.push(finding('LOW_SUPPORTED_IMAGE_FRACTION', 'Low supported image fraction', long));
      domain.minimumSupportedImageFraction = fraction;
    }
  }
  const largest = view.data.bytesStats?.maxNumBytesInt ?? 0;
  const allowed = domain.maxImageByteSize;
  if (allowed !== undefined && largest > allowed) {
    const long = `The largest image has bytes: ${largest}. The max allowed byte size is: ${allowed}.`;
    findings.push(finding('MAX_IMAGE_BYTE_SIZE_EXCEEDED', 'Num bytes exceeds the max byte size.', long));
    domain.maxImageByteSize = largest;
  }
  return findings;
}

interface TokenStatistics {
  stringToken?: string;
  intToken?: number | bigint;
  fractionOfSequences?: number;
  perSequenceMinFrequency?: number;
  perSequenceMaxFrequency?: number;
}

interface NaturalLanguageStatistics {
  featureCoverage?: number;
  avgTokenLength?: number;
  tokenStatistics?: TokenStatistics[];
}

function languageStatistics(view: FeatureView): NaturalLanguageStatistics | undefined {
  const bytes = view.customStatistic('nl_statistics')?.any?.value;
  return bytes && decodePlain<NaturalLanguageStatistics>(NaturalLanguageStatisticsMessage, bytes);
}

export function checkNaturalLanguageDomain(view: FeatureView, feature: FeatureProto): Finding[] {
  const domain = feature.naturalLanguageDomain;
  if (domain === undefined) return [];
  const statistics = languageStatistics(view);
  const constraints = domain.tokenConstraints ?? [];
  const { minCoverage, minAvgTokenLength } = domain.coverage ?? {};
  const constrained = minCoverage !== undefined || minAvgTokenLength !== undefined || constraints.length > 0;
  if (!constrained) return [];
  if (statistics === undefined) return [statisticsAbsent(feature)];
  const findings = checkCoverage(statistics, feature);
  for (const constraint of constraints) {
    const wanted = constraint.intValue ?? constraint.stringValue;
    if (wanted === undefined) continue;
    const token = statistics.tokenStatistics?.find(({ intToken, stringToken }) => (intToken ?? stringToken) === wanted);
    if (token === undefined) return [...findings, statisticsAbsent(feature)];
    findings.push(...checkToken(token, String(wanted), constraint));
  }
  return findings;
}

function statisticsAbsent(feature: FeatureProto): Finding {
  clearDomain(feature);
  const long =
    'Constraints specified in natural language domain cannot be verified because natural language stats have not been ' +
    'computed.';
  return finding('STATS_NOT_AVAILABLE', 'Natural language stats are not computed.', long);
}

function checkCoverage(statistics: NaturalLanguageStatistics, feature: FeatureProto): Finding[] {
  const coverage = feature.naturalLanguageDomain?.coverage;
  const { featureCoverage = 0, avgTokenLength = 0 } = statistics;
  const findings: Finding[] = [];
  if (coverage?.minCoverage !== undefined && coverage.minCoverage > featureCoverage) {
    const long =
      `Fraction of tokens in the vocabulary: ${sixDigits(featureCoverage)} is lower than the threshold set in the ` +
      `Schema: ${sixDigits(coverage.minCoverage)}.`;
    findings.push(finding('FEATURE_COVERAGE_TOO_LOW', 'Feature coverage is too low.', long));
    coverage.minCoverage = featureCoverage;
  }
  if (coverage?.minAvgTokenLength !== undefined && avgTokenLength < coverage.minAvgTokenLength) {
    const long =
      `Average token length is: ${sixDigits(avgTokenLength)} which is lower than the threshold set in the Schema: ` +
      `${sixDigits(coverage.minAvgTokenLength)}.`;
    findings.push(finding('FEATURE_COVERAGE_TOO_SHORT_AVG_TOKEN_LENGTH', 'Average token length is too short.', long));
    coverage.minAvgTokenLength = avgTokenLength;
  }
  return findings;
}

interface TokenBound {
  readonly bound: keyof SequenceValueConstraintsProto;
  readonly lower: boolean;
  readonly found: number;
  readonly type: string;
  readonly short: string;
  readonly says: (bound: string) => string;
}

function tokenBounds(token: TokenStatistics, name: string): TokenBound[] {
  const { fractionOfSequences = 0, perSequenceMinFrequency = 0, perSequenceMaxFrequency = 0 } = token;
  const fraction = (how: string) => (bound: string) =>
    `Fraction of sequences with value: ${name} is: ${sixDigits(fractionOfSequences)} which is ${how} than the threshold ` +
    `set in the Schema: ${bound}.`;
  const times = (least: string, found: number, how: string) => (bound: string) =>
    `Value: ${name} occurs at ${least}: ${sixDigits(found)} times within a sequence, which is ${how} than the threshold ` +
    `set in the Schema: ${bound}.`;
  return [
    {
      bound: 'minFractionOfSequences',
      lower: true,
      found: fractionOfSequences,
      type: 'SEQUENCE_VALUE_TOO_SMALL_FRACTION',
      short: 'Value occurs in too small a fraction of sequences.',
      says: fraction('lower'),
    },
    {
      bound: 'maxFractionOfSequences',
      lower: false,
      found: fractionOfSequences,
      type: 'SEQUENCE_VALUE_TOO_LARGE_FRACTION',
      short: 'Value occurs in too large a fraction of sequences.',
      says: fraction('higher'),
    },
    {
      bound: 'minPerSequence',
      lower: true,
      found: perSequenceMinFrequency,
      type: 'SEQUENCE_VALUE_TOO_FEW_OCCURRENCES',
      short: 'Value has too few per-sequence occurrences.',
      says: times('least', perSequenceMinFrequency, 'lower'),
    },
    {
      bound: 'maxPerSequence',
      lower: false,
      found: perSequenceMaxFrequency,
      type: 'SEQUENCE_VALUE_TOO_MANY_OCCURRENCES',
      short: 'Value has too many per-sequence occurrences.',
      says: times('most', perSequenceMaxFrequency, 'higher'),
    },
  ];
}

function checkToken(token: TokenStatistics, name: string, constraint: SequenceValueConstraintsProto): Finding[] {
  return tokenBounds(token, name).flatMap(({ bound, lower, found, type, short, says }) => {
    const limit = constraint[bound];
    if (typeof limit !== 'number' || (lower ? limit <= found : limit >= found)) return [];
    Object.assign(constraint, { [bound]: found });
    return [finding(type, short, says(sixDigits(limit)))];
  });
}
