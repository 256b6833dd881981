import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { isTimezone, localTime, startOfDay, wallClock } from '../../../components/example-gen/local-time.js';
import { spanOf } from '../../../components/example-gen/nominal-spans.js';

const day = (date: string): number => Date.parse(date) / 86_400_000;

describe('a time in a timezone', () => {
  it('is the same moment, written with the offset that counts then', () => {
    const times = [
      ['2026-03-28T23:00:00Z', 'Europe/Berlin', '2026-03-29T00:00:00.000+01:00'],
      ['2026-03-29T22:00:00Z', 'Europe/Berlin', '2026-03-30T00:00:00.000+02:00'],
      ['2026-11-22T03:00:00.500Z', 'America/Chicago', '2026-11-21T21:00:00.500-06:00'],
      ['2026-11-22T03:00:00Z', 'Asia/Kolkata', '2026-11-22T08:30:00.000+05:30'],
      ['2026-11-22T03:00:00Z', 'UTC', '2026-11-22T03:00:00.000Z'],
    ] as const;
    for (const [time, timezone, local] of times) {
      assert.equal(localTime(new Date(time), timezone), local);
      assert.equal(Date.parse(local), Date.parse(time));
    }
  });

  it('is of the day that a clock there shows, when spans are days', () => {
    assert.equal(spanOf('2026-03-29T00:00:00.000+01:00'), day('2026-03-29'));
    assert.equal(spanOf('2026-11-21T23:59:59.999-06:00'), day('2026-11-21'));
    assert.equal(spanOf('2026-11-22T00:00:00.000+14:00'), day('2026-11-22'));
    assert.equal(spanOf('2026-11-22'), day('2026-11-22'));
    const hours = { period: 3600 };
    assert.equal(spanOf('2026-11-22T05:30:00.000+05:30', hours), spanOf('2026-11-22T00:00:00Z', hours));
    assert.equal(wallClock('2026-11-22T00:00:00Z'), Date.parse('2026-11-22'));
  });

  it('counts one day after the other while clocks are put forward and back', () => {
    for (const timezone of [
      'Europe/Berlin',
      'America/Chicago',
      'America/Santiago',
      'Asia/Beirut',
      'Australia/Lord_Howe',
    ]) {
      for (let n = day('2026-01-01'); n < day('2027-01-01'); n++) {
        const date = new Date(n * 86_400_000).toISOString().slice(0, 10);
        const begin = startOfDay(date, timezone);
        assert.equal(spanOf(localTime(begin, timezone)), n, `${date} in ${timezone}`);
        assert.equal(
          spanOf(localTime(new Date(begin.getTime() - 1), timezone)),
          n - 1,
          `before ${date} in ${timezone}`,
        );
      }
    }
  });

  it('needs a timezone that there is', () => {
    assert.ok(isTimezone('Europe/Berlin') && isTimezone('UTC'));
    assert.ok(!isTimezone('Mars/Olympus') && !isTimezone(''));
  });
});
