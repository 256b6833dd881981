import { artifacts } from './artifacts.js';
import { cli } from './cli.js';
import { client } from './client.js';
import { components } from './components.js';
import { evaluation } from './evaluation.js';
import { formats } from './formats.js';
import { ingest } from './ingest.js';
import { lineage } from './lineage.js';
import { local } from './local.js';
import { modules } from './modules.js';
import { pushing } from './pushing.js';
import { s3 } from './s3.js';
import { schema } from './schema.js';
import { serving } from './serving.js';
import { statistics } from './statistics.js';
import { training } from './training.js';
import { transform } from './transform.js';
import { worker } from './worker.js';
import { workflows } from './workflows.js';

/** Every coded error there is. Each room keeps its own file beside this one. */
export const catalog = {
  ...ingest,
  ...formats,
  ...statistics,
  ...schema,
  ...transform,
  ...training,
  ...evaluation,
  ...serving,
  ...pushing,
  ...artifacts,
  ...s3,
  ...lineage,
  ...components,
  ...workflows,
  ...modules,
  ...worker,
  ...client,
  ...cli,
  ...local,
} as const;

export type ErrorCode = keyof typeof catalog;
export type { Catalog, ErrorEntry, ErrorKind } from './catalog.js';
