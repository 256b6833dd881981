import assert from 'node:assert/strict';
import path from 'node:path';
import { before, test } from 'node:test';
import type { RetrainReport } from '../../client/index.js';
import { commandLine, type CommandLine, type CommandResult } from '../support/command-line.js';

let shell: CommandLine;
let data: string;

before(async () => {
  shell = await commandLine();
  data = path.join(shell.folder, 'penguins/span-{SPAN}/*.csv');
});

const retrain = (...words: string[]): Promise<CommandResult> => shell.tfxTemporal('retrain', ...words);

async function report(...words: string[]): Promise<RetrainReport> {
  const { code, stdout, stderr } = await retrain(...words, '--json');
  assert.equal(code, 0, stderr);
  return JSON.parse(stdout) as RetrainReport;
}

test('a retrain is started, told, changed and stopped from the command line', async () => {
  const flags = ['--pipeline', 'retraining', '--param', `data=${data}`, '--poll', data, '--max-runs-per-day', '4'];
  const started = await report('start', 'fresh', ...flags);
  assert.deepEqual([started.workflowId, started.runs], ['retrain/fresh', 0]);
  assert.match(started.waitsFor, /^new data, or the next look at /);

  const paused = await report('pause', 'fresh', '--by', 'ann', '--why', 'release');
  assert.equal(paused.waitsFor, 'unpause; paused by ann: release');
  assert.deepEqual((await report('new-data', 'fresh', '--span', '7')).queue, [7]);
  const { config } = await report('reconfigure', 'fresh', '--no-poll', '--param', 'epochs=5', '--every', '1d');
  assert.deepEqual(config, {
    pipeline: 'retraining',
    parameters: { data, epochs: 5 },
    maxRunsPerDay: 4,
    everySeconds: 86_400,
  });
  const { stdout } = await retrain('status', 'fresh');
  assert.match(stdout, /retrain\/fresh retrains retraining\nIt waits for unpause; paused by ann: release\.\n/);
  assert.equal((await report('stop', 'fresh')).waitsFor, 'nothing: it was stopped');
});

test('what does not fit is refused with a code, a reason and exit code 2', async () => {
  for (const [words, code, word] of [
    [
      ['start', 'x', '--pipeline', 'retraining', '--param', 'epochs=many'],
      'PARAMETERS_INVALID',
      /data is required; epochs/,
    ],
    [['start', 'x', '--pipeline', 'retrainin'], 'PIPELINE_UNKNOWN', /Did you mean retraining/],
    [['status', 'nobody'], 'RUN_NOT_FOUND', /retrain start/],
    [['run-now', 'fresh'], 'MESSAGE_REFUSED', /retrain\/fresh has ended already/],
  ] as const) {
    const result = await retrain(...words);
    assert.equal(result.code, 2, result.stderr);
    assert.ok(result.stderr.includes(`[${code}]`), result.stderr);
    assert.match(result.stderr, word);
  }
});
