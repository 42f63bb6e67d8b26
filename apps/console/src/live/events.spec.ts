import type { LiveFrame, RunView, WorkerView } from '@loadstar/shared';
import { addEvents, eventsBetween } from './events.js';

const run = { id: 'r1', state: 'running', users: 10, spawnRate: 2, runTimeSeconds: null } as RunView;
const worker = (id: string, state: WorkerView['state'] = 'running') => ({ id, incarnation: id, state }) as WorkerView;
const frame = (part: Partial<RunView>, workers: WorkerView[]) =>
  ({ run: { ...run, ...part }, stats: { elapsedSeconds: 12.5 }, points: [], workers }) as unknown as LiveFrame;
const texts = (workersBefore: WorkerView[], next: LiveFrame) =>
  eventsBetween({ run, workers: workersBefore }, next, 0).map((event) => event.text);

describe('events between frames', () => {
  it('tell who came, fell silent, came back, was lost or left', () => {
    expect(texts([worker('a')], frame({}, [worker('a'), worker('b')]))).toEqual(['b joined.']);
    expect(texts([worker('a')], frame({}, [worker('a', 'suspect')]))).toEqual(['a is not heard of.']);
    expect(texts([worker('a', 'suspect')], frame({}, [worker('a')]))).toEqual(['a is heard of again.']);
    expect(texts([worker('a', 'suspect')], frame({}, [worker('a', 'lost')]))).toEqual(['a was lost.']);
    expect(texts([worker('a'), worker('b', 'lost')], frame({}, []))).toEqual(['a left.']);
  });

  it('tell an edit in one sentence, at the moment of the run', () => {
    const [event] = eventsBetween({ run, workers: [] }, frame({ users: 30, spawnRate: 5 }, []), 0);
    expect(event).toMatchObject({ kind: 'edited', second: 12.5, at: '1970-01-01T00:00:00.000Z' });
    expect(event?.text).toBe('Load changed: 30 users, 5.0 users per second.');
  });

  it('tell phases, and nothing across two runs or after the end', () => {
    expect(texts([], frame({ state: 'stopping' }, []))).toEqual(['Stopping.']);
    expect(texts([worker('a')], frame({ id: 'r2', users: 5 }, []))).toEqual([]);
    expect(eventsBetween({ run: { ...run, state: 'finished' }, workers: [] }, frame({}, [worker('a')]), 0)).toEqual([]);
  });

  it('are bounded in number', () => {
    const one = { second: 0, at: '', kind: 'edited' as const, text: '' };
    let all = addEvents([], [one]);
    for (let count = 0; count < 600; count += 1) all = addEvents(all, [{ ...one, second: count }]);
    expect(all).toHaveLength(500);
    expect(all.at(-1)?.second).toBe(599);
    expect(addEvents(all, [])).toBe(all);
  });
});
