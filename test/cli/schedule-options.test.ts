import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { readChange, type ScheduleFlags } from '../../cli/schedule-options.js';

const none: ScheduleFlags = { cron: [], calendar: [], param: [] };

describe('the flags of a schedule', () => {
  it('say nothing of what is not given, so that an update leaves it as it is', () => {
    assert.deepEqual(readChange(none), {});
    assert.deepEqual(readChange({ ...none, pauseOnFailure: false }), { pauseOnFailure: false });
  });

  it('hold times, calendars by fields, and policies', () => {
    const flags = { ...none, cron: ['0 2 * * *'], calendar: ['hour=2,dayOfWeek=MONDAY'], overlap: 'skip' } as const;
    assert.deepEqual(readChange(flags), {
      cron: ['0 2 * * *'],
      calendar: [{ hour: 2, dayOfWeek: 'MONDAY' }],
      overlap: 'skip',
    });
  });

  it('say what happens when data is missing', () => {
    const onMissing = (text: string): unknown => readChange({ ...none, onMissing: text }).onMissing;
    assert.equal(onMissing('skip'), 'skip');
    assert.deepEqual(onMissing('wait=6h'), { wait: '6h' });
    assert.deepEqual(onMissing('wait=6h/1m'), { wait: '6h', every: '1m' });
    assert.throws(() => onMissing('later'), { code: 'SCHEDULE_INVALID' });
  });

  it('are refused with the names that a calendar has', () => {
    assert.throws(() => readChange({ ...none, calendar: ['hours=2'] }), /dayOfWeek/);
  });
});
