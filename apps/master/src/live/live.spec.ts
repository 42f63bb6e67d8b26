import type { LiveFrame, LiveState, RunView } from '@loadstar/shared';
import { VirtualClock } from '@loadstar/shared';
import { io, type Socket } from 'socket.io-client';
import { type FaceHarness, openFaces } from '../testing/face-harness.js';
import { FakeFleet, FakeRunControl, shopDescription } from '../testing/fake-control-plane.js';
import { LiveFeed } from './live-feed.js';

describe('what the live feed says', () => {
  const clock = new VirtualClock();
  const runs = new FakeRunControl(clock, new FakeFleet());
  const waiting: RunView[] = [];
  const queue = { placed: (run: RunView) => ({ ...run, queue: null }), waiting: () => waiting };
  const feed = new LiveFeed(runs, new FakeFleet(), queue);

  it('brings each client what it has not seen, with the seconds that may still change', async () => {
    await runs.create({});
    for (let second = 0; second <= 9; second++) runs.request('GET', '/a', 'ok', 5, second);
    const { state, cursor } = feed.state();
    expect(state.series).toHaveLength(10);
    runs.request('GET', '/a', 'ok', 5, 10);
    const first = feed.moment()(cursor);
    expect(first.frame.points.map(({ second }) => second)).toEqual([7, 8, 9, 10]);
    // This client skips a frame and still misses nothing.
    runs.request('GET', '/a', 'ok', 5, 14);
    const late = feed.moment()(cursor);
    expect(late.frame.points.map(({ second }) => second)).toEqual([7, 8, 9, 10, 11, 12, 13, 14]);
    expect(late.state).toBeUndefined();
  });

  it('tells everything anew after a reset and for another run', async () => {
    const { cursor } = feed.state();
    runs.resetStats();
    const reset = feed.moment()(cursor);
    expect(reset.state?.stats.total.requests).toBe(0);
    runs.finish();
    await runs.create({});
    const other = feed.moment()(reset.cursor);
    expect(other.state?.run?.id).toBe('run2');
    expect(feed.moment()(other.cursor).state).toBeUndefined();
  });

  it('tells what has happened since, once, and who waits', async () => {
    const { state, cursor } = feed.state();
    expect([state.events, state.waiting]).toEqual([[], []]);
    const run = runs.current();
    await runs.pause(run?.id ?? '', true);
    waiting.push({ ...(run as RunView), id: 'next', state: 'queued' });
    const moment = feed.moment()(cursor);
    expect(moment.frame).toMatchObject({
      run: { paused: true },
      events: [{ text: 'Paused.' }],
      waiting: [{ id: 'next' }],
    });
    expect(feed.moment()(moment.cursor).frame.events).toEqual([]);
    // One that skipped the frame learns it with the next.
    expect(feed.moment()(cursor).frame.events).toHaveLength(1);
  });

  it('tells a long run in few points, the newest of them seconds, to which the next frames join', async () => {
    runs.finish();
    const { id } = await runs.create({});
    const last = 20_000;
    for (const second of [0, 1, 2, 9_000, last]) runs.request('GET', '/a', 'ok', 5, second);
    const { state, cursor } = feed.state();
    expect(state.series.length).toBeLessThan(2_000);
    const seconds = state.series.flatMap(({ second, seconds: own = 1 }) =>
      Array.from({ length: own }, (_, index) => second + index),
    );
    expect(seconds).toEqual(runs.series(id).map(({ second }) => second));
    expect(state.series.reduce((sum, { requests }) => sum + requests, 0)).toBe(5);
    runs.request('GET', '/a', 'ok', 5, last + 1);
    const { points } = feed.moment()(cursor).frame;
    expect(points.map(({ second }) => second)).toEqual([last - 2, last - 1, last, last + 1]);
    expect(state.series.slice(-3).every(({ seconds: own }) => own === undefined)).toBe(true);
  });

  it('makes the whole state once for all that are told it in one moment, or that come at nearly the same time', () => {
    const asked = jest.spyOn(runs, 'overview');
    const { cursor } = feed.state();
    asked.mockClear();
    runs.resetStats();
    const moment = feed.moment();
    const states = Array.from({ length: 50 }, () => moment(cursor).state);
    expect(new Set(states).size).toBe(1);
    expect(states[0]?.stats.total.requests).toBe(0);
    expect(asked).toHaveBeenCalledTimes(1);
    const greeted = Array.from({ length: 50 }, (_, index) => feed.greeting(1_000 + index).state);
    expect(new Set(greeted).size).toBe(1);
    expect(asked).toHaveBeenCalledTimes(2);
    feed.greeting(2_000);
    expect(asked).toHaveBeenCalledTimes(3);
    asked.mockRestore();
  });

  it('tells what a worker has found in a scenario', () => {
    const { cursor } = feed.state();
    runs.scenarioList[2] = { name: 'broken.ts', hash: 'cc', description: shopDescription, problem: null };
    expect(feed.moment()(cursor).state?.scenarios[2]).toMatchObject({ name: 'broken.ts', problem: null });
  });
});

describe('the live namespace', () => {
  let faces: FaceHarness;
  let clock: VirtualClock;
  const sockets: Socket[] = [];
  beforeEach(async () => {
    clock = new VirtualClock();
    faces = await openFaces({}, { clock });
  });
  afterEach(async () => {
    for (const socket of sockets.splice(0)) socket.close();
    await faces.close();
  });

  const join = (): Socket => {
    const socket = io(`${faces.url}/live`, { transports: ['websocket'], reconnection: false, forceNew: true });
    sockets.push(socket);
    return socket;
  };
  const next = <T>(socket: Socket, event: string): Promise<T> =>
    new Promise((resolve, reject) => {
      socket.once(event, resolve);
      socket.once('connect_error', reject);
    });

  it('greets with the whole state and then sends about one frame a second', async () => {
    await faces.runs.create({ users: 3 });
    faces.runs.request('GET', '/a', 'ok', 10, 0);
    const socket = join();
    const state = await next<LiveState>(socket, 'state');
    expect(Object.keys(state).sort()).toEqual(['events', 'run', 'scenarios', 'series', 'stats', 'waiting', 'workers']);
    expect(state).toMatchObject({ run: { id: 'run1' }, stats: { total: { requests: 1 } } });
    expect(state.series).toHaveLength(1);
    expect(state.workers).toHaveLength(2);

    const frames: LiveFrame[] = [];
    socket.on('frame', (frame: LiveFrame) => frames.push(frame));
    faces.runs.request('GET', '/a', 'ok', 10, 1);
    const came = next<LiveFrame>(socket, 'frame');
    await clock.advance(1000);
    const frame = await came;
    expect(Object.keys(frame).sort()).toEqual(['events', 'points', 'run', 'stats', 'waiting', 'workers']);
    expect(frame.stats.total.requests).toBe(2);
    expect(frame.points.at(-1)?.second).toBe(1);
    const again = next<LiveFrame>(socket, 'frame');
    // The pace is that of the workers' reports, which this frame moves towards (frame-pace.ts).
    await clock.advance(1250);
    await again;
    expect(frames).toHaveLength(2);
  });

  it('greets before the first run too', async () => {
    expect(await next<LiveState>(join(), 'state')).toMatchObject({ run: null, series: [], stats: { state: 'ready' } });
  });

  it('has nothing to do while nobody is there', async () => {
    const before = clock.pendingTimers;
    const socket = join();
    await next(socket, 'state');
    expect(clock.pendingTimers).toBe(before + 1);
    const came = next<LiveFrame>(socket, 'frame');
    await clock.advance(500);
    await came;
    socket.disconnect();
    while (clock.pendingTimers > before) await clock.advance(1_000);
    const back = join();
    await next(back, 'state');
    const frame = next<LiveFrame>(back, 'frame');
    await clock.advance(500);
    await frame;
  });

  it('hangs up on clients that talk', async () => {
    const socket = join();
    await next(socket, 'state');
    const gone = next(socket, 'disconnect');
    socket.emit('swarm', { users: 1_000_000 });
    expect(await gone).toBe('io server disconnect');
    expect(faces.runs.asked).toEqual([]);
  });

  it('speaks WebSocket only', async () => {
    const response = await faces.call('GET', '/socket.io/?EIO=4&transport=polling');
    expect(response.status).toBe(400);
    expect((await faces.call('GET', '/socket.io/socket.io.js')).status).toBe(400);
  });

  it('ends with the app although clients are still there', async () => {
    const socket = join();
    await next(socket, 'state');
    const gone = next(socket, 'disconnect');
    await faces.app.close();
    await gone;
  });
});
