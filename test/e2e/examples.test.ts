import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ScheduleDetails } from '../../client/index.js';
import type { RunReport } from '../../cli/run-report.js';
import { writePenguins } from '../../examples/penguin/sample-data.js';
import { commandLine, type CommandLine } from '../support/command-line.js';
import { repositoryRoot, sharedPath, skipWithout } from '../support/shared.js';
import { type BrokenInput, brokenInputs, brokenTaxiInputs, writeBroken } from './broken-inputs.js';

let shell: CommandLine;
before(async () => {
  shell = await commandLine();
});

async function run(pipeline: string, ...args: string[]): Promise<{ code: number | null; report: RunReport }> {
  const destination = `destination=${path.join(shell.folder, 'serving', pipeline)}`;
  const { code, stdout, stderr } = await shell.tfxTemporal('run', pipeline, '--json', '--param', destination, ...args);
  assert.notEqual(stdout, '', `nothing on standard output; standard error said:\n${stderr}`);
  return { code, report: JSON.parse(stdout) as RunReport };
}

/** Rows of the table `| broken input | exit code | outcome or error |` of an example's README. */
function promised(example: string): Map<string, { code: number; word: string }> {
  const readme = readFileSync(path.join(repositoryRoot, 'examples', example, 'README.md'), 'utf8');
  const rows = [...readme.matchAll(/^\| ([^|]+?) +\| (\d+) +\| `([A-Z_]+)` +\|/gm)];
  return new Map(rows.map(([, name = '', code, word = '']) => [name, { code: Number(code), word }]));
}

function testBrokenInputs(
  pipeline: string,
  label: string,
  source: () => string,
  skip: string | false,
  inputs: readonly BrokenInput[] = brokenInputs,
): void {
  for (const input of inputs) {
    it(`${pipeline} with ${input.name} ends as its README says`, { skip }, async () => {
      const file = await writeBroken(source(), label, input, path.join(shell.folder, pipeline));
      const { code, report } = await run(pipeline, '--param', `data=${file}`);
      const found = { code, word: report.error?.code ?? report.outcome };
      assert.deepEqual(found, promised(pipeline).get(input.name), report.reasons.join('\n'));
      assert.ok(report.reasons.every((reason) => reason.length > 10));
    });
  }
}

describe('the penguin example', () => {
  const data = path.join(repositoryRoot, 'examples/penguin/data/penguins.csv');
  before(() => writePenguins(data));

  it('ends with a pushed model that was compiled, and names every artifact', async () => {
    const { code, report } = await run('penguin');
    assert.equal(code, 0, JSON.stringify(report));
    assert.equal(report.outcome, 'PUSHED');
    assert.deepEqual(report.reasons, []);
    assert.match(report.workflowId, /^penguin\//);
    const { model, pushedModel } = report.outputs;
    assert.equal(model?.properties['training'], 'compiled');
    assert.deepEqual(
      readdirSync(String(pushedModel?.properties['pushed_destination'])).filter((name) => name.startsWith('saved')),
      ['saved_model.pb'],
    );
  });

  it('reuses everything when nothing changed, and pushes nothing twice', async () => {
    const first = await run('penguin');
    const again = await run('penguin');
    assert.equal(again.report.outcome, 'PUSHED');
    const executed = again.report.nodes.filter(({ state }) => state !== 'cached').map(({ node }) => node);
    assert.deepEqual(executed, ['LatestBlessedModel', 'Pusher']);
    const version = ({ report }: typeof again) => report.outputs['pushedModel']?.properties['pushed_version'];
    assert.equal(version(again), version(first));
    assert.equal(
      readdirSync(path.join(shell.folder, 'serving/penguin')).filter((name) => /^\d+$/.test(name)).length,
      1,
    );
  });

  it('runs again only what a changed parameter touches', async () => {
    await run('penguin');
    const { report } = await run('penguin', '--param', 'epochs=31');
    const states = Object.fromEntries(report.nodes.map(({ node, state }) => [node, state]));
    assert.equal(states['Transform'], 'cached');
    assert.equal(states['Trainer'], 'complete');
    const { stdout } = await shell.tfxTemporal('show', 'penguin/latest');
    assert.match(stdout, /customConfig.*30.*31/);

    const again = await run('penguin', '--param', 'epochs=31');
    const executed = again.report.nodes.filter((node) => node.state !== 'cached').map(({ node }) => node);
    assert.deepEqual(
      executed,
      ['LatestBlessedModel', 'Pusher'],
      'models A, B, B: the second B meets the same baseline',
    );
  });

  it('pushes nowhere but below the configured roots', async () => {
    const { code, report } = await run('penguin', '--param', 'destination=/var/lib/models');
    assert.equal(report.error?.code, 'URI_OUTSIDE_ROOTS');
    assert.equal(code, 3);
  });

  it('infers a schema when the curated one is not wanted', async () => {
    const { code, report } = await run('penguin', '--param', 'curated=false');
    assert.equal(code, 0, report.reasons.join('\n'));
    assert.ok(report.nodes.some(({ node }) => node === 'SchemaGen'));
  });

  it('refuses all wrong parameters at once, with exit code 2', async () => {
    const { code, report } = await run('penguin', '--param', 'epochs=many', '--param', 'minimumAcuracy=0.5');
    assert.equal(code, 2);
    assert.equal(report.error?.code, 'PARAMETERS_INVALID');
    assert.match(report.error.what, /epochs.*minimumAcuracy|minimumAcuracy.*epochs/s);
  });

  testBrokenInputs('penguin', 'species', () => data, false);
});

describe('the wine example', () => {
  const name = 'data/wine-quality.csv';
  const skip = skipWithout(name);
  const data = (): string => sharedPath(name) ?? '';

  it('ends with a pushed model whose squared Pearson correlation is above 0.3', { skip }, async () => {
    const { code, report } = await run('wine', '--param', `data=${data()}`);
    assert.equal(code, 0, report.reasons.join('\n'));
    assert.equal(report.outcome, 'PUSHED');
    assert.equal(report.outputs['model']?.properties['training'], 'compiled');
  });

  it('says which file is missing', async () => {
    const { code, report } = await run('wine', '--param', 'data=no/such/wine.csv');
    assert.equal(report.error?.code, 'INPUT_NOT_FOUND');
    assert.match(report.error.what, /no\/such\/wine\.csv/);
    assert.notEqual(code, 0);
  });

  testBrokenInputs('wine', 'quality', data, skip);
});

describe('the taxi example', () => {
  const name = 'data/taxi.csv';
  const skip = skipWithout(name);
  const data = (): string => path.join(shell.folder, 'taxi.csv');
  before(() => {
    if (skip !== false) return;
    const lines = readFileSync(sharedPath(name) ?? '', 'utf8').split('\n');
    writeFileSync(data(), `${lines.slice(0, 3001).join('\n')}\n`);
    // Three days of the week that ends today, and one of long ago.
    mkdirSync(path.join(shell.folder, 'trips'));
    for (const [i, daysAgo] of [0, 1, 3, 400].entries()) {
      const day = new Date(Date.now() - daysAgo * 86_400_000).toISOString().slice(0, 10);
      const rows = [lines[0] ?? '', ...lines.slice(1 + 800 * i, 801 + 800 * i)];
      writeFileSync(path.join(shell.folder, 'trips', `${day}.csv`), `${rows.join('\n')}\n`);
    }
  });

  it('ends with a pushed model that ranks trips well, measured by hour', { skip }, async () => {
    const { code, report } = await run('taxi', '--param', `data=${data()}`);
    assert.equal(code, 0, report.reasons.join('\n'));
    assert.equal(report.outcome, 'PUSHED');
    const metrics = readFileSync(new URL('metrics.json', `${report.outputs['evaluation']?.uri ?? ''}/`), 'utf8');
    for (const hour of [0, 12, 23]) assert.match(metrics, new RegExp(`"trip_start_hour": ?"?${hour}\\b`));
  });

  it('takes the last seven daily files, of which some may be missing', { skip }, async () => {
    const pattern = path.join(shell.folder, 'trips/{YYYY}-{MM}-{DD}.csv');
    const { code, report } = await run('taxi', '--param', `data=${pattern}`, '--param', 'minimumAuc=0.5');
    assert.equal(code, 0, report.reasons.join('\n'));
    const { rows_train: train, rows_eval: evaluated } = report.outputs['examples']?.properties ?? {};
    assert.equal(Number(train) + Number(evaluated), 2400);
  });

  it(
    'runs by a schedule over daily spans, each on its own day, and leaves out a day without data',
    { skip },
    async () => {
      const lines = readFileSync(sharedPath(name) ?? '', 'utf8')
        .trimEnd()
        .split('\n');
      const folder = path.join(shell.folder, 'daily');
      mkdirSync(folder);
      for (const [i, day] of ['2026-10-01', '2026-10-02', '2026-10-04'].entries()) {
        const rows = [lines[0] ?? '', ...lines.slice(1 + 1500 * i, 1501 + 1500 * i)];
        writeFileSync(path.join(folder, `${day}.csv`), `${rows.join('\n')}\n`);
      }
      const parameters = {
        data: `${folder}/{YYYY}-{MM}-{DD}.csv`,
        days: 1,
        minimumAuc: 0.5,
        destination: path.join(shell.folder, 'serving/daily'),
      };
      const given = Object.entries(parameters).flatMap(([key, value]) => ['--param', `${key}=${value}`]);
      const times = ['--cron', '30 1 * * *', '--on-missing', 'skip', '--paused'];
      await schedule('create', 'daily', '--pipeline', 'taxi', ...times, ...given);
      await schedule('backfill', 'daily', '--from', '2026-10-01', '--to', '2026-10-04');
      const { recentRuns } = await scheduleThatMade('daily', 4);
      const ends = new Map(recentRuns.map(({ workflowId, outcome }) => [workflowId.slice(-20, -10), outcome]));
      assert.deepEqual([...ends.keys()].sort(), ['2026-10-01', '2026-10-02', '2026-10-03', '2026-10-04']);
      assert.equal(ends.get('2026-10-01'), 'PUSHED', JSON.stringify(recentRuns));
      assert.equal(ends.get('2026-10-03'), 'SKIPPED');
      const { stdout } = await shell.tfxTemporal('show', 'taxi/daily-2026-10-04T01:30:00Z', '--json');
      const { nodes } = JSON.parse(stdout) as { nodes: { outputs: Record<string, { properties: object }[]> }[] };
      const examples = nodes[0]?.outputs['examples']?.[0]?.properties as { span?: number } | undefined;
      assert.equal(examples?.span, Date.parse('2026-10-04') / 86_400_000);
      await schedule('delete', 'daily');
    },
  );

  async function schedule(...args: string[]): Promise<string> {
    const { code, stdout, stderr } = await shell.tfxTemporal('schedule', ...args);
    assert.equal(code, 0, stderr);
    return stdout;
  }

  async function scheduleThatMade(of: string, runs: number): Promise<ScheduleDetails> {
    for (;;) {
      const details = JSON.parse(await schedule('describe', of, '--json')) as ScheduleDetails;
      if (details.recentRuns.filter(({ state }) => state !== 'RUNNING').length === runs) return details;
      await sleep(2000);
    }
  }

  testBrokenInputs('taxi', 'tips', data, skip, brokenTaxiInputs);
});
