import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, describe, it } from 'node:test';
import { gzipSync } from 'node:zlib';
import { repositoryRoot, sharedPath, skipWithout } from '../support/shared.js';

const folder = mkdtempSync(path.join(tmpdir(), 'tfx-data-verbs-'));
after(() => rmSync(folder, { recursive: true, force: true }));

const at = (name: string): string => path.join(folder, name);

function data(...args: string[]) {
  const cli = path.join(repositoryRoot, 'bin/tfx-temporal.mjs');
  const env = { ...process.env, NO_COLOR: '1' };
  return spawnSync(process.execPath, [cli, 'data', ...args], { encoding: 'utf8', cwd: folder, env });
}

/** Runs a verb that must succeed. */
function ok(...args: string[]): string {
  const { status, stdout, stderr } = data(...args);
  assert.equal(status, 0, stderr);
  return stdout;
}

const ROWS = Array.from(
  { length: 60 },
  (_, i) => `${i},${i % 7 === 0 ? '' : (i / 4).toFixed(2)},${['red', 'green', 'blue'][i % 3] ?? ''}`,
);
writeFileSync(at('a.csv'), ['number,share,colour', ...ROWS, ''].join('\n'));

describe('data stats', () => {
  it('describes CSV, gzip, globs and every format that it is converted to alike', () => {
    writeFileSync(at('part-1.csv'), ['number,share,colour', ...ROWS.slice(0, 20), ''].join('\r\n'));
    writeFileSync(at('part-2.csv'), gzipSync(['number,share,colour', ...ROWS.slice(20), ''].join('\n')));
    for (const name of ['b.parquet', 'b.tfrecord.gz', 'b.ndjson', 'b.csv']) ok('convert', 'a.csv', '-o', name);
    const inputs = {
      a: 'a.csv',
      glob: 'part-*.csv',
      parquet: 'b.parquet',
      tfrecord: 'b.tfrecord.gz',
      ndjson: 'b.ndjson',
    };
    for (const [name, input] of Object.entries(inputs)) ok('stats', input, '-o', `${name}.pb`);
    for (const name of Object.keys(inputs)) assert.equal(ok('diff', 'a.pb', `${name}.pb`), 'No differences\n', name);
  });

  it('counts blank cells as missing, as ExampleGen does', () => {
    const [share] = (JSON.parse(ok('show', 'a.pb', '--json')) as Shown).datasets[0].features.filter(
      ({ path: { step } }) => step[0] === 'share',
    );
    assert.equal(share?.numStats.commonStats.numMissing, 9);
    assert.equal(share.type, 'FLOAT');
  });

  it('fails at a bad row, or leaves it out and says so', () => {
    writeFileSync(at('bad.csv'), ['number,share', '1,0.5', '2,0.5,surplus', '3,0.25', ''].join('\n'));
    const failed = data('stats', 'bad.csv');
    assert.notEqual(failed.status, 0);
    assert.match(failed.stderr, /bad\.csv, line 3[^]*--on-bad-row skip/);
    const skipped = data('stats', 'bad.csv', '--on-bad-row', 'skip');
    assert.match(skipped.stdout, /2 examples, 2 features/);
    assert.equal(skipped.stderr.match(/1 bad row was left out\./g)?.length, 1, skipped.stderr);
    assert.match(data('split', 'bad.csv', '-o', 'bad-split', '--on-bad-row', 'skip').stderr, /1 bad row was left out/);
  });

  it('prints what it finds where no file is named', () => {
    assert.match(ok('stats', 'a.csv'), /60 examples, 3 features\n {2}number +INT +mean 29\.5/);
  });

  it('takes options: slices, weights, chosen features', () => {
    const text = ok('stats', 'a.csv', '--slice', 'colour', '--feature', 'number');
    assert.match(text, /All Examples: 60 examples, 1 feature/);
    assert.match(text, /colour_red: 20 examples/);
  });

  it('names file, line and reason of a row that can not be read, and leaves no file', () => {
    writeFileSync(at('ragged.csv'), 'a,b\n1,2\n3\n');
    const { status, stderr } = data('stats', 'ragged.csv', '-o', 'ragged.pb');
    assert.equal(status, 5);
    assert.match(stderr, /ragged\.csv, line 3.*\[CSV_BAD_ROW\]/s);
    assert.ok(!existsSync(at('ragged.pb')));
  });

  it('refuses files of different formats, no files, and unknown endings', () => {
    assert.match(data('stats', 'a.csv', 'b.parquet').stderr, /INPUT_FORMATS_DIFFER/);
    assert.match(data('stats', 'nothing-*.csv').stderr, /No file matches nothing-\*\.csv/);
    assert.match(data('stats', 'a.csv', '-o', 'a.json').stderr, /OUTPUT_FORMAT_UNKNOWN/);
    assert.equal(data('stats', 'a.csv', '--threads', 'many').status, 2);
  });

  it('describes a header without rows as no examples', () => {
    writeFileSync(at('empty.csv'), 'a,b\n');
    assert.match(
      ok('stats', 'empty.csv', '-o', 'empty.pb') + data('validate', 'empty.pb', '--schema', 'none').stderr,
      /SCHEMA_NOT_FOUND/,
    );
  });
});

interface Shown {
  datasets: [
    { features: { type: string; path: { step: string[] }; numStats: { commonStats: { numMissing: number } } }[] },
  ];
}

describe('data schema and data validate', () => {
  it('finds no anomaly in the data that the schema was inferred from', () => {
    ok('schema', 'a.pb', '-o', 'schema.pbtxt');
    assert.match(readFileSync(at('schema.pbtxt'), 'utf8'), /name: "colour"/);
    assert.equal(ok('validate', 'a.pb', '--schema', 'schema.pbtxt'), 'No anomalies\n');
  });

  it('ends with exit code 5 when there are errors, and writes them', () => {
    writeFileSync(at('bad.csv'), 'number,share,colour\n1,0.5,violet\n2,0.25,red\n');
    ok('stats', 'bad.csv', '-o', 'bad.pbtxt');
    const { status, stdout } = data('validate', 'bad.pbtxt', '--schema', 'schema.pbtxt', '-o', 'anomalies.pbtxt');
    assert.equal(status, 5);
    assert.match(stdout, /1 error, 0 warnings\n {2}ERROR +colour: .*violet.*\(ENUM_TYPE_UNEXPECTED_STRING_VALUES\)/);
    assert.match(readFileSync(at('anomalies.pbtxt'), 'utf8'), /severity: ERROR/);
    assert.match(ok('show', 'anomalies.pbtxt'), /violet/);
  });

  it('widens a schema until it accepts the data', () => {
    ok('schema', 'bad.pbtxt', '--update', 'schema.pbtxt', '-o', 'wider.pb');
    assert.equal(ok('validate', 'bad.pbtxt', '--schema', 'wider.pb'), 'No anomalies\n');
    assert.match(ok('diff', 'schema.pbtxt', 'wider.pb'), /Feature "colour": domain gained "violet"\./);
  });

  it('accepts the anomalies of the named feature alone, and merges what was inferred anew', () => {
    const accept = ['accept', 'bad.pbtxt', '--schema', 'schema.pbtxt'];
    assert.equal(
      ok(...accept, '--feature', 'colour', '-o', 'accepted.pb'),
      'Feature "colour": domain gained "violet".\n',
    );
    assert.equal(ok('validate', 'bad.pbtxt', '--schema', 'accepted.pb'), 'No anomalies\n');
    const unknown = data(...accept, '--feature', 'color', '-o', 'nothing.pb');
    assert.equal(unknown.status, 3);
    assert.match(unknown.stderr, /no anomaly of "color" to accept; there are anomalies of colour/);
    assert.ok(!existsSync(at('nothing.pb')));
    const conflict = data('merge', 'schema.pbtxt', 'accepted.pb', '-o', 'merged.pb');
    assert.deepEqual([conflict.status, existsSync(at('merged.pb'))], [3, false]);
    assert.match(conflict.stderr, /1 rule was changed on both sides: domain of "colour"/);
    ok('merge', 'schema.pbtxt', 'accepted.pb', '--base', 'schema.pbtxt', '-o', 'merged.pb');
    assert.equal(ok('diff', 'accepted.pb', 'merged.pb'), 'No differences\n');
  });

  it('takes bounds, stability, severities, SQL, and the data to show rows of', () => {
    writeFileSync(
      at('custom.pbtxt'),
      `feature_validations { feature_path { step: "number" } validations { sql_expression: "feature.num_stats.max > 9" description: "small" } }`,
    );
    const [rules, rows] = [
      ['--bound', 'share.mean=1..', '--psi', 'colour=0.1', '--previous', 'a.pb', '--custom-validation', 'custom.pbtxt'],
      ['--examples', 'bad.csv', '--sample-rows', '1', '--severity', 'ENUM_TYPE_UNEXPECTED_STRING_VALUES=WARNING'],
    ];
    const { status, stdout } = data('validate', 'bad.pbtxt', '--schema', 'schema.pbtxt', ...rules, ...rows);
    assert.equal(status, 5);
    assert.match(stdout, /share: The statistic mean is 0\.375, below the minimum 1\./);
    assert.match(stdout, /number: Custom validation triggered anomaly/);
    assert.match(stdout, /The population stability index between current and previous is/);
    assert.match(stdout, /\n {2}row 0 of bad\.csv: colour is "violet"\n$/);
    const warned = data('validate', 'bad.pbtxt', '--schema', 'schema.pbtxt', ...rows);
    assert.deepEqual([warned.status, warned.stderr], [0, '']);
    const json = data('validate', 'bad.pbtxt', '--schema', 'schema.pbtxt', ...rows, '--json').stdout;
    const [{ rows: shown }] = JSON.parse(json) as [{ rows: readonly { row: number; value: string }[] }];
    assert.deepEqual([shown[0]?.row, shown[0]?.value], [0, 'violet']);
  });

  it('says what is wrong with a rule', () => {
    const refused = (sentence: RegExp, status: number, ...rule: string[]): void => {
      const run = data('validate', 'a.pb', '--schema', 'schema.pbtxt', ...rule);
      assert.equal(run.status, status, rule.join(' '));
      assert.match(run.stderr, sentence);
    };
    refused(/feature\.statistic=min\.\.max/, 2, '--bound', 'number=3');
    refused(/must be one of mean, .* not average/, 2, '--bound', 'number.average=3..');
    refused(/minimum is above its maximum/, 2, '--bound', 'number.mean=3..2');
    refused(/"colour" is STRING, which has no mean/, 3, '--bound', 'colour.mean=..2');
    refused(/neither the schema nor the data/, 3, '--bound', 'nothing.mean=..2');
    refused(/feature=threshold/, 2, '--psi', 'colour=high');
    refused(/Add --previous/, 2, '--psi', 'colour=0.1');
    refused(/no type of anomaly named NEW_COLUMN/, 2, '--severity', 'NEW_COLUMN=WARNING');
    refused(/TYPE=WARNING or TYPE=ERROR/, 2, '--severity', 'SCHEMA_NEW_COLUMN=INFO');
    refused(/custom\.json can not be read/, 3, '--custom-validation', 'custom.json');
  });

  it('warns of comparators in a file that never fire', () => {
    const text = readFileSync(at('schema.pbtxt'), 'utf8');
    const never = text.replace(/(name: "number"\n)/, '$1  drift_comparator { infinity_norm { threshold: 0.1 } }\n');
    writeFileSync(at('never.pbtxt'), never);
    const { status, stderr } = data('validate', 'a.pb', '--schema', 'never.pbtxt', '--previous', 'bad.pbtxt');
    assert.equal(status, 0);
    assert.match(stderr, /^Warning: Feature "number" is INT, which infinityNorm can not compare\./);
  });

  it('measures drift against earlier data, and refuses an unknown environment', () => {
    const drifting = readFileSync(at('schema.pbtxt'), 'utf8').replace(
      /(name: "number"\n)/,
      '$1  drift_comparator { jensen_shannon_divergence { threshold: 0.1 } }\n',
    );
    writeFileSync(at('drift.pbtxt'), drifting);
    const { status, stdout } = data('validate', 'a.pb', '--schema', 'drift.pbtxt', '--previous', 'bad.pbtxt');
    assert.equal(status, 5);
    assert.match(stdout, /COMPARATOR_JENSEN_SHANNON_DIVERGENCE_HIGH/);
    assert.match(stdout, /drift of number: Jensen-Shannon divergence/);
    assert.match(
      data('validate', 'a.pb', '--schema', 'drift.pbtxt', '--environment', 'X').stderr,
      /SCHEMA_ENVIRONMENT_UNKNOWN/,
    );
  });

  it('says that a schema stands where statistics belong', () => {
    assert.notEqual(data('validate', 'schema.pbtxt', '--schema', 'a.pb').status, 0);
    assert.match(data('diff', 'schema.pbtxt', 'a.pb').stderr, /holds schema and .* holds statistics/);
  });

  const skip = skipWithout('golden/tfdv/taxi');
  it('says what TensorFlow Data Validation says, from the CSV to the anomalies', { skip }, () => {
    const golden = path.join(sharedPath('golden/tfdv/taxi') ?? '', '07_new_enum_value');
    ok('stats', path.join(golden, 'input.csv'), '-o', 'golden.pb');
    const { status } = data(
      'validate',
      'golden.pb',
      '--schema',
      path.join(golden, 'schema.pbtxt'),
      '-o',
      'golden.pbtxt',
    );
    assert.equal(status, 5);
    assert.equal(readFileSync(at('golden.pbtxt'), 'utf8'), readFileSync(path.join(golden, 'anomalies.pbtxt'), 'utf8'));
  });
});

describe('data show, split and convert', () => {
  it('converts statistics, schemas and anomalies to text and back without loss', () => {
    for (const name of ['a', 'wider']) {
      ok('convert', `${name}.pb`, '-o', `${name}-text.pbtxt`);
      ok('convert', `${name}-text.pbtxt`, '-o', `${name}-back.pb`);
      assert.deepEqual(readFileSync(at(`${name}-back.pb`)), readFileSync(at(`${name}.pb`)));
    }
  });

  it('shows statistics as one HTML page', () => {
    ok('show', 'a.pb', '--html', 'pages/a.html');
    const page = readFileSync(at('pages/a.html'), 'utf8');
    assert.match(page, /<title>statistics of a\.pb<\/title>/);
    assert.doesNotMatch(page, /<script|https?:\/\//);
  });

  it('splits as asked, the same every time, and never into a folder that holds something', () => {
    ok('split', 'a.csv', '-o', 'split', '--split', 'train=3,test=1', '--stratify', 'colour');
    assert.deepEqual(readdirSync(at('split')).sort(), ['Split-test', 'Split-train']);
    assert.match(ok('stats', 'split/Split-train'), /^45 examples/);
    ok('split', 'a.csv', '-o', 'again', '--split', 'train=3,test=1', '--stratify', 'colour', '--threads', '1');
    const file = 'Split-train/data_parquet-00000-of-00001.parquet';
    assert.deepEqual(readFileSync(at(`split/${file}`)), readFileSync(at(`again/${file}`)));
    assert.match(data('split', 'a.csv', '-o', 'split').stderr, /OUTPUT_NOT_EMPTY/);
    assert.equal(data('split', 'a.csv', '-o', 'other', '--split', 'train').status, 2);
    assert.match(data('split', 'a.csv', '-o', 'other', '--by', 'nothing').stderr, /SPLIT_FEATURE_UNKNOWN/);
    assert.ok(!existsSync(at('other')));
  });
});
