import { checkWhen, firstWhen, queueOf, scheduleOf, type WhenForm } from './when.js';

const when = (part: Partial<WhenForm>): WhenForm => ({ ...firstWhen(), timeZone: 'UTC', kind: 'queue', ...part });

describe('when a test begins', () => {
  it('is at once unless somebody says otherwise, whatever else is typed', () => {
    const now = when({ kind: 'now', priority: 'x', cron: '?' });
    expect(checkWhen(now)).toEqual({});
    expect(queueOf(now)).toBeUndefined();
  });

  it('is its turn in the queue, with no more said than was typed', () => {
    expect(queueOf(when({}))).toEqual({});
    const wishes = when({ priority: '-5', delaySeconds: '10m', minWorkers: '3', labels: 'zone=eu, disk = ssd' });
    expect(checkWhen(wishes)).toEqual({});
    expect(queueOf(wishes)).toEqual({
      priority: -5,
      delaySeconds: 600,
      minWorkers: 3,
      labels: { zone: 'eu', disk: 'ssd' },
    });
  });

  it('is again and again on a schedule', () => {
    const nightly = when({ kind: 'schedule', name: ' Nightly ', cron: '0 3 * * *' });
    expect(checkWhen(nightly)).toEqual({});
    expect(scheduleOf(nightly, { users: 5 })).toEqual({
      name: 'Nightly',
      cron: '0 3 * * *',
      timeZone: 'UTC',
      run: { users: 5 },
    });
  });

  it('has every mistake named at its field', () => {
    const wrong = when({
      kind: 'schedule',
      priority: '101',
      delaySeconds: 'soon',
      minWorkers: '0',
      labels: 'eu',
      cron: '3 o clock',
      timeZone: 'Mars/Olympus',
    });
    expect(Object.keys(checkWhen(wrong)).toSorted()).toEqual([
      'cron',
      'delaySeconds',
      'labels',
      'minWorkers',
      'priority',
      'timeZone',
    ]);
    expect(checkWhen(when({ kind: 'schedule' })).cron).toMatch(/Say when/);
  });
});
