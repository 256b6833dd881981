import { inferBoolDomain, looksLikeBool } from './bool-domain.js';
import { looksLikeInt } from './int-domain.js';
import { inferPresence } from './presence.js';
import { adoptSemanticDomain } from './semantic-domains.js';
import { inferShape } from './shape.js';
import type { FeatureView } from './statistics-view.js';
import { looksLikeEnum } from './string-domain.js';
import { inferValueCount } from './value-counts.js';
import type { WorkingSchema } from './working-schema.js';

export interface ColumnInference {
  readonly inferShape: boolean;
  /** A text feature with more distinct values gets no domain. */
  readonly maxDomainSize: number;
}

/** Adds a feature to the schema, inferred from its statistics: type, presence, shape or value count, and domain. */
export function createColumn(working: WorkingSchema, view: FeatureView, inference: ColumnInference): void {
  const feature = working.addFeature(view.path);
  feature.type = view.featureType;
  inferPresence(view, feature);
  if (view.numPresent > 0) {
    if (inference.inferShape) inferShape(view, feature);
    if (feature.shape === undefined) inferValueCount(view, feature);
  }
  if (view.data.validationDerivedSource !== undefined) {
    feature.lifecycleStage = 'VALIDATION_DERIVED';
    feature.validationDerivedSource = view.data.validationDerivedSource;
  }
  if (adoptSemanticDomain(view, feature) || view.hasInvalidUtf8 || view.type === 'BYTES') return;
  if (looksLikeBool(view)) feature.boolDomain = inferBoolDomain(view);
  else if (looksLikeInt(view)) feature.intDomain = {};
  else if (looksLikeEnum(view, inference.maxDomainSize)) {
    const domain = working.addStringDomain(view.key);
    domain.value = [...view.stringCounts.keys()];
    feature.domain = domain.name ?? '';
  }
}
