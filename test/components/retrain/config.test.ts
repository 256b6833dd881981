import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { changeRetrainConfig, parseRetrainConfig, type RetrainConfig } from '../../../components/retrain/config.js';
import { isPipelineError } from '../../../errors/pipeline-error.js';

function problemsOf(work: () => unknown): readonly string[] {
  try {
    work();
    return [];
  } catch (error) {
    assert.ok(isPipelineError(error));
    assert.equal(error.code, 'PARAMETERS_INVALID');
    return error.details['problems'] as readonly string[];
  }
}

describe('the configuration of retrain', () => {
  it('is refused with all problems at once, also of patterns and addresses', () => {
    const problems = problemsOf(() =>
      parseRetrainConfig({
        poll: { input: '/data/{SPAN}/{SPAN}', everySeconds: 0 },
        drift: { input: '/data/all.csv', module: '', everySeconds: 60, exampleGen: 'avro' },
        webhook: 'http://',
        onMissing: 'hope',
        spams: 'each',
      }),
    );
    for (const problem of [
      /^pipeline is required/,
      /^poll\.everySeconds must be at least 1/,
      /^poll\.input: .*a spec stands twice/,
      /^drift\.input has no \{SPAN\} or date/,
      /^drift\.module must not be empty/,
      /^drift\.exampleGen must be one of "csv", "import"/,
      /^spams is not known; did you mean spans\?/,
    ]) {
      assert.ok(
        problems.some((found) => problem.test(found)),
        `${String(problem)}: ${problems.join('\n')}`,
      );
    }
  });

  it('takes an address from the environment by a name that says so, and no other variable', () => {
    assert.deepEqual(
      problemsOf(() => parseRetrainConfig({ pipeline: 'p', webhook: 'env:TFX_TEMPORAL_WEBHOOK_ML' })),
      [],
    );
    for (const webhook of ['env:DATABASE_URL', 'file:///etc/passwd', 'http://['])
      assert.equal(problemsOf(() => parseRetrainConfig({ pipeline: 'p', webhook })).length, 1, webhook);
  });

  it('is changed by the fields that are given; null takes one away; a change that does not fit is refused whole', () => {
    const config: RetrainConfig = { pipeline: 'p', everySeconds: 60, webhook: 'https://a.example/' };
    assert.deepEqual(changeRetrainConfig(config, { webhook: null, maxRunsPerDay: 2 }), {
      pipeline: 'p',
      everySeconds: 60,
      maxRunsPerDay: 2,
    });
    assert.deepEqual(
      problemsOf(() => changeRetrainConfig(config, { pipeline: null, everySeconds: 1.5 })),
      ['pipeline is required', 'everySeconds must be an integer, not 1.5'],
    );
    for (const change of [null, 'faster', [1]])
      assert.match(problemsOf(() => changeRetrainConfig(config, change))[0] ?? '', /^a change is an object/);
  });

  it('may keep what an earlier release took, and still be changed', () => {
    const former = { pipeline: 'p', formerOption: 3 } as unknown as RetrainConfig;
    assert.deepEqual(changeRetrainConfig(former, { everySeconds: 5 }), { ...former, everySeconds: 5 });
    assert.deepEqual(
      problemsOf(() => changeRetrainConfig(former, { everySeconds: 0 })),
      ['everySeconds must be at least 1, not 0'],
    );
  });
});
