import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { activityInfo, Context } from '@temporalio/activity';
import { driveFiles } from '../components/example-gen/driver.js';
import { findFiles } from '../components/example-gen/input-files.js';
import { spansOf } from '../components/example-gen/resolve-spans.js';
import { parseSpanPattern } from '../components/example-gen/spans.js';
import { isPipelineError } from '../errors/pipeline-error.js';
import { guarded } from './guarded.js';
import type { Look, LookRequest, ServiceActivities } from './protocol.js';
import type { ActivityRuntime } from './runtime.js';

type Limits = Pick<ActivityRuntime, 'inputRoots'>;

/** `tfx.look`: what an ExampleGen would take in now. Data that is not there is an answer, not a failure. */
export function createLook(runtime: Limits): ServiceActivities['tfx.look'] {
  return guarded('tfx.look', async (request) => {
    try {
      return await look(request, runtime);
    } catch (error) {
      if (isPipelineError(error) && (error.code === 'INPUT_NOT_FOUND' || error.code === 'SPAN_NOT_FOUND')) return {};
      throw error;
    }
  });
}

/** As many as `retrain` remembers. */
const MOST_SPANS = 100;

async function look({ input, seen }: LookRequest, { inputRoots }: Limits): Promise<Look> {
  const found = parseSpanPattern(input) === undefined ? undefined : await spansOf(input, { rolling: MOST_SPANS });
  const newest = found?.[0];
  const spans = found === undefined ? {} : { span: found[0]!.span, spans: found.map(({ span }) => span) };
  const listed = await listing(newest?.pattern ?? input);
  const isSeen = listed !== undefined && listed === seen?.listing;
  const fingerprint = isSeen ? seen.fingerprint : await fingerprintOf(newest?.pattern ?? input, inputRoots);
  return { ...spans, fingerprint, ...(listed === undefined ? {} : { listing: listed }) };
}

async function fingerprintOf(input: string, inputRoots: readonly string[] | undefined): Promise<string> {
  const { fingerprint } = await driveFiles({
    parameters: { input },
    nominalTime: new Date(activityInfo().scheduledTimestampMs).toISOString(),
    ...(inputRoots === undefined ? {} : { inputRoots }),
    signal: Context.current().cancellationSignal,
  });
  return fingerprint.input;
}

const REMOTE = /^(?!file:)[a-z][a-z0-9+.-]+:\/\//i;

/** sha256 (hex) of the names, sizes and times of files; undefined for remote ones, of which only the contents tell. */
async function listing(input: string): Promise<string | undefined> {
  if (REMOTE.test(input)) return undefined;
  const hash = createHash('sha256');
  for (const file of await findFiles(input)) {
    const { size, mtimeMs, ino } = await stat(file);
    hash.update(`${JSON.stringify([file, size, mtimeMs, ino])}\n`);
  }
  return hash.digest('hex');
}
