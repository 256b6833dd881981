import type { PathProto, SchemaProto } from './schema-proto.js';

/* tensorflow.metadata.v0.Anomalies as plain objects. */

export interface AnomaliesProto {
  /** The schema that the data were compared with. */
  baseline?: SchemaProto;
  anomalyNameFormat?: 'UNKNOWN' | 'SERIALIZED_PATH';
  /** By serialized path, e.g. `fare` or `parent.child`. */
  anomalyInfo?: Record<string, AnomalyInfoProto>;
  datasetAnomalyInfo?: AnomalyInfoProto;
  /** There were no examples at all. */
  dataMissing?: boolean;
  driftSkewInfo?: DriftSkewInfoProto[];
}

export type Severity = 'UNKNOWN' | 'WARNING' | 'ERROR';

export interface AnomalyInfoProto {
  path?: PathProto;
  severity?: Severity;
  description?: string;
  shortDescription?: string;
  reason?: AnomalyReasonProto[];
}

export interface AnomalyReasonProto {
  /** A name of `AnomalyInfo.Type`. */
  type?: string;
  shortDescription?: string;
  description?: string;
}

export type MeasurementType = 'L_INFTY' | 'JENSEN_SHANNON_DIVERGENCE' | 'NORMALIZED_ABSOLUTE_DIFFERENCE';

export interface MeasurementProto {
  type?: MeasurementType;
  value?: number;
  threshold?: number;
}

export interface DriftSkewInfoProto {
  path?: PathProto;
  driftMeasurements?: MeasurementProto[];
  skewMeasurements?: MeasurementProto[];
}
