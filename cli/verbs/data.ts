import type { Command } from 'commander';
import { registerDataAccept } from './data-accept.js';
import { registerDataConvert } from './data-convert.js';
import { registerDataDiff } from './data-diff.js';
import { registerDataMerge } from './data-merge.js';
import { registerDataSchema } from './data-schema.js';
import { registerDataShow } from './data-show.js';
import { registerDataSplit } from './data-split.js';
import { registerDataStats } from './data-stats.js';
import { registerDataValidate } from './data-validate.js';

export function registerData(program: Command): void {
  const data = program
    .command('data')
    .description('describe, validate, compare, split and convert data, without any server')
    .addHelpText('after', HELP);
  for (const register of [
    registerDataStats,
    registerDataSchema,
    registerDataValidate,
    registerDataAccept,
    registerDataMerge,
    registerDataDiff,
    registerDataShow,
    registerDataSplit,
    registerDataConvert,
  ])
    register(data);
}

const HELP = `
Inputs are CSV, Parquet, TFRecord, Arrow or newline JSON, plain or compressed, by path, folder or glob.
Statistics, schemas and anomalies are TensorFlow Data Validation's: binary as .pb, text as .pbtxt.

Examples:
  tfx-temporal data stats 'day-1/*.csv' -o day-1.pb
  tfx-temporal data schema day-1.pb -o schema.pbtxt
  tfx-temporal data stats day-2.parquet -o day-2.pb
  tfx-temporal data validate day-2.pb --schema schema.pbtxt --previous day-1.pb -o anomalies.pbtxt
  tfx-temporal data accept day-2.pb --schema schema.pbtxt --feature city -o schema-2.pbtxt
  tfx-temporal data show day-2.pb --html day-2.html
`;
