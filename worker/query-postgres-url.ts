/** The environment's name for the database that `source: 'postgres'` asks; never the lineage database by accident. */
export const QUERY_POSTGRES_URL = 'TFX_TEMPORAL_QUERY_POSTGRES_URL';
