import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { AnomaliesProto, StatisticsProto } from '../../formats/statistics.js';
import type { SchemaProto } from '../../formats/schema.js';
import { anomaliesPage, anomaliesText } from '../../views/anomalies-view.js';
import { escapeHtml, markup, shorten } from '../../views/html.js';
import { schemaPage, schemaText } from '../../views/schema-view.js';
import { statisticsPage, statisticsText } from '../../views/statistics-view.js';

const HOSTILE = `</style><script>alert(1)</script>"'&\u001b[31m\u202e`;

const statistics = (features: number, text: string): StatisticsProto => ({
  datasets: [
    {
      numExamples: 100,
      features: Array.from({ length: features }, (_, i) => ({
        path: { step: [`${text}${i}`] },
        type: 'STRING' as const,
        stringStats: {
          commonStats: { numNonMissing: 90, numMissing: 10, minNumValues: 1, maxNumValues: 3, avgNumValues: 2 },
          unique: 1000,
          topValues: Array.from({ length: 1000 }, (_, k) => ({ value: `${text.repeat(50)}${k}`, frequency: 1000 - k })),
        },
      })),
    },
  ],
});

const anomalies: AnomaliesProto = {
  anomalyInfo: {
    [HOSTILE]: {
      severity: 'ERROR',
      shortDescription: HOSTILE,
      description: HOSTILE.repeat(100),
      reason: [{ type: 'SCHEMA_NEW_COLUMN' }],
    },
    warned: { severity: 'WARNING', shortDescription: 'w', description: 'w', reason: [{ type: 'SCHEMA_NEW_COLUMN' }] },
  },
  driftSkewInfo: [{ path: { step: [HOSTILE] }, driftMeasurements: [{ type: 'L_INFTY', value: 0.5, threshold: 0.1 }] }],
};
const schema: SchemaProto = {
  feature: [
    {
      name: HOSTILE,
      type: 'BYTES',
      stringDomain: { name: HOSTILE, value: Array.from({ length: 1000 }, () => HOSTILE) },
    },
  ],
  defaultEnvironment: [HOSTILE],
};

describe('HTML views', () => {
  const pages = {
    statistics: statisticsPage(statistics(1, HOSTILE), HOSTILE),
    schema: schemaPage(schema, HOSTILE),
    anomalies: anomaliesPage(anomalies, HOSTILE),
  };
  for (const [name, page] of Object.entries(pages)) {
    it(`of ${name} escape whatever the data hold`, () => {
      assert.doesNotMatch(page, /<script/i);
      assert.equal(page.match(/<\/style>/g)?.length, 1);
      assert.doesNotMatch(page, /[\u001b\u202e]/);
    });

    it(`of ${name} are whole documents that need nothing from elsewhere`, () => {
      assert.match(page, /^<!doctype html>\n<html lang="en">/);
      assert.match(page, /prefers-color-scheme: dark/);
      assert.doesNotMatch(page, /\bsrc=|\bhref=|@import|url\(/);
    });
  }

  it('take a bounded size per feature, whatever the values', () => {
    const size = (features: number): number => statisticsPage(statistics(features, 'long text '), 'x').length;
    const each = (size(40) - size(20)) / 20;
    assert.ok(each < 6000, `${each} characters`);
    assert.ok(schemaPage(schema, 'x').length < 10_000);
    assert.ok(anomaliesPage(anomalies, 'x').length < 10_000);
  });

  it('put errors before warnings, and say when there are none', () => {
    const page = anomaliesPage({ anomalyInfo: { a: { severity: 'WARNING' }, b: { severity: 'ERROR' } } }, 'x');
    assert.ok(page.indexOf('>b<') < page.indexOf('>a<'));
    assert.match(anomaliesPage({}, 'x'), /No anomalies/);
    assert.match(anomaliesPage({ dataMissing: true }, 'x'), /1 error/);
  });
});

describe('text views', () => {
  it('never pass control characters on to a terminal', () => {
    for (const text of [statisticsText(statistics(1, HOSTILE)), schemaText(schema), anomaliesText(anomalies)])
      assert.doesNotMatch(text, /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/);
  });
});

describe('markup', () => {
  it('escapes what is put into a template, but for other HTML', () => {
    const made = markup`<b title="${'"<'}">${markup`<i>${'&'}</i>`}${['a', '<']}${undefined}</b>`;
    assert.equal(made.text, '<b title="&quot;&lt;"><i>&amp;</i>a&lt;</b>');
  });

  it('replaces what no document may hold', () => {
    assert.equal(escapeHtml('a\u0000b\ud800c'), 'a\ufffdb\ufffdc');
  });

  it('cuts long text, never through a character', () => {
    assert.equal(shorten('😀😀😀😀', 6), '😀😀…');
    assert.equal(shorten('😀😀😀😀', 5), '😀😀…');
    assert.equal(shorten('abc', 3), 'abc');
  });
});
