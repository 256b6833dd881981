import type { Catalog } from './catalog.js';

export const cli = {
  USAGE: {
    kind: 'usage',
    retryable: false,
    headline: 'The command was called with words or options that it does not know.',
    why: 'Nothing was started.',
    fix: 'Run the command with --help: it opens with examples.',
  },
  PARAMETER_SYNTAX: {
    kind: 'usage',
    retryable: false,
    headline: 'A --param is not of the form name=value, or a --params file is not a JSON object.',
    why: 'Parameters are matched with the pipeline by name.',
    fix: 'Write --param name=value once for each parameter; lists and objects as JSON in quotes: --param \'split={"train":2,"eval":1}\'.',
  },
  TARGET_INCOMPLETE: {
    kind: 'config',
    retryable: false,
    headline: 'Temporal is configured, but the lineage database is not.',
    why: 'Runs on your Temporal server must be recorded in your Postgres, not in an embedded one.',
    fix: 'Set DATABASE_URL as well, or unset TEMPORAL_ADDRESS and TEMPORAL_PROFILE to use embedded servers.',
  },
  DATABASE_NOT_MIGRATED: {
    kind: 'config',
    retryable: false,
    headline: 'The lineage database does not have the tables of this release.',
    why: 'Tables of a database of yours are only made or changed when you say so.',
    fix: 'Run `tfx-temporal migrate` with the same DATABASE_URL.',
  },
  ERROR_CODE_UNKNOWN: {
    kind: 'usage',
    retryable: false,
    headline: 'There is no error of this code.',
    why: 'Codes are frozen words in capitals, shown in brackets behind an error.',
    fix: 'Run `tfx-temporal explain` without a code to list them all.',
  },
  NOTHING_FOUND: {
    kind: 'usage',
    retryable: false,
    headline: 'Nothing of this name or number is in lineage.',
    why: 'Runs are named by workflow id or run id, artifacts by their number.',
    fix: 'List what there is: `tfx-temporal runs`, `tfx-temporal models`.',
  },
} as const satisfies Catalog;
