import { type FaceHarness, openFaces } from '../testing/face-harness.js';

/** The contract that programs written for Locust's web API rely on, over real HTTP. */

type Json = Record<string, unknown>;

describe('the Locust-compatible routes', () => {
  let faces: FaceHarness;
  beforeEach(async () => {
    faces = await openFaces();
  });
  afterEach(() => faces.close());

  const swarm = async (form: Record<string, string>): Promise<Json> => {
    const response = await faces.call('POST', '/swarm', { form });
    expect(response.status).toBe(200);
    return (await response.json()) as Json;
  };
  const start = (form: Record<string, string> = {}) => swarm({ user_count: '20', spawn_rate: '5', ...form });

  describe('POST /swarm', () => {
    it('starts with the form of Locust and answers with its keys', async () => {
      const host = 'http://127.0.0.1:5901';
      expect(await start({ host, run_time: '40' })).toEqual({
        success: true,
        message: 'Swarming started',
        host,
        run_time: 40,
        run_id: 'run1',
      });
      expect(faces.runs.current()).toMatchObject({ users: 20, spawnRate: 5, runTimeSeconds: 40, host });
    });

    it('takes JSON as well', async () => {
      const response = await faces.call('POST', '/swarm', {
        body: { user_count: 3, spawn_rate: 1, user_classes: ['Guest'] },
      });
      expect(await response.json()).toMatchObject({ success: true, user_classes: ['Guest'] });
      expect(faces.runs.current()).toMatchObject({ users: 3, userClasses: ['Guest'] });
    });

    it('keeps repeated user_classes and strips angle brackets from the host', async () => {
      const response = await faces.call('POST', '/swarm', {
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        body: 'user_count=1&spawn_rate=1&user_classes=Shopper&user_classes=Guest&host=<http://a>',
      });
      expect(await response.json()).toMatchObject({ user_classes: ['Shopper', 'Guest'], host: 'http://a' });
    });

    it.each([
      ['no user_count', { user_count: '' }, 'Missing user_count or spawn_rate from /swarm request'],
      ['no spawn_rate', { spawn_rate: '' }, 'Missing user_count or spawn_rate from /swarm request'],
      ['a spawn_rate of 0', { spawn_rate: '0' }, 'Missing user_count or spawn_rate from /swarm request'],
      ['a wrong run_time', { run_time: 'soon' }, 'Valid run_time formats are : 20, 20s, 3m, 2h, 1h20m, 3h30m10s, etc.'],
      ['a user_count in words', { user_count: 'x' }, /user_count/],
      ['a fraction of a user', { user_count: '1.5' }, /user_count/],
      ['a negative spawn_rate', { spawn_rate: '-1' }, /spawn_rate/],
      ['too many users', { user_count: '1000000000' }, /1000000000.*ceiling/],
      ['a host without scheme', { host: 'localhost:5001' }, /localhost:5001/],
      ['an unknown scenario', { scenario: 'no.ts' }, /no\.ts.*shop\.ts/],
      ['a scenario that does not compile', { scenario: 'broken.ts' }, /broken\.ts:3:7/],
    ])('answers %s with 200 and success:false', async (_what, change, message) => {
      const answer = await start(change);
      expect(Object.keys(answer).sort()).toEqual(['host', 'message', 'success']);
      expect(answer['success']).toBe(false);
      expect(answer['message']).toEqual(typeof message === 'string' ? message : expect.stringMatching(message));
      expect(faces.runs.current()).toBeNull();
    });

    it('says so when no worker is there, instead of pretending', async () => {
      faces.fleet.list = [];
      expect(await start()).toMatchObject({ success: false, message: expect.stringContaining('No worker') });
    });

    it('edits the running test and keeps its statistics', async () => {
      await start();
      faces.runs.request('GET', '/a', 'ok', 10, 1);
      expect(await swarm({ user_count: '40', spawn_rate: '8' })).toMatchObject({ success: true, run_id: 'run1' });
      expect(faces.runs.asked).toHaveLength(2);
      expect(faces.runs.current()).toMatchObject({ id: 'run1', users: 40, spawnRate: 8 });
      const stats = await faces.json<{ stats: Json[] }>('/stats/requests');
      expect(stats.stats.at(-1)).toMatchObject({ num_requests: 1 });
    });

    it('does not change host or scenario under a running test', async () => {
      await start();
      expect(await start({ host: 'http://other' })).toMatchObject({ success: false });
      expect(await start({ scenario: 'spike.ts' })).toMatchObject({ success: false });
      expect(await start({ host: 'http://localhost:5001/' })).toMatchObject({ success: true });
    });

    it('takes the name of a scenario with or without its extension, also under a running test', async () => {
      expect(await swarm({ scenario: 'spike' })).toMatchObject({
        success: true,
        message: "Swarming started using shape class 'Spike'",
      });
      expect(faces.runs.current()).toMatchObject({ scenario: 'spike.ts', shape: 'Spike' });
      expect(await swarm({ scenario: 'spike' })).toMatchObject({ success: true });
      expect(await swarm({ scenario: 'shop' })).toMatchObject({ success: false });
    });

    it('follows a shape of the scenario without counts, and says which', async () => {
      expect(await swarm({ scenario: 'spike.ts' })).toMatchObject({
        success: true,
        message: "Swarming started using shape class 'Spike'",
      });
      expect(faces.runs.current()).toMatchObject({ shape: 'Spike', users: null });
    });

    it('leaves the shape aside when the form says Default', async () => {
      await start({ scenario: 'spike.ts', shape_class: 'Default' });
      expect(faces.runs.current()).toMatchObject({ shape: null, users: 20 });
    });
  });

  describe('/stop', () => {
    it.each(['GET', 'POST'])('answers %s before the users are gone', async (verb) => {
      await start();
      const response = await faces.call(verb, '/stop');
      expect(response.status).toBe(200);
      expect(await response.json()).toEqual({ success: true, message: 'Test stopped', run_id: 'run1' });
      expect((await faces.json<Json>('/stats/requests'))['state']).toBe('stopping');
      faces.runs.finish();
      expect((await faces.json<Json>('/stats/requests'))['state']).toBe('stopped');
    });

    it('is harmless when nothing runs', async () => {
      expect(await faces.json('/stop')).toEqual({ success: true, message: 'Test stopped' });
    });
  });

  describe('GET /stats/requests', () => {
    const topKeys = [
      'current_fail_per_sec',
      'current_response_time_percentiles',
      'current_rps',
      'errors',
      'fail_ratio',
      'run_id',
      'state',
      'stats',
      'total_fail_per_sec',
      'total_rps',
      'user_count',
      'worker_count',
      'workers',
    ];

    it('has every key before the first run', async () => {
      const stats = await faces.json<Json>('/stats/requests');
      expect(Object.keys(stats).sort()).toEqual(topKeys);
      expect(stats).toMatchObject({
        state: 'ready',
        user_count: 0,
        worker_count: 2,
        fail_ratio: 0,
        run_id: null,
        errors: [],
        current_response_time_percentiles: {
          'response_time_percentile_0.5': null,
          'response_time_percentile_0.95': null,
        },
      });
      expect(stats['stats']).toEqual([expect.objectContaining({ method: '', name: 'Aggregated', num_requests: 0 })]);
    });

    it('has every key and type of a running test', async () => {
      faces.fleet.list[1] = { ...faces.fleet.list[1]!, state: 'lost' };
      await start();
      for (let second = 0; second < 12; second++) {
        faces.runs.request('GET', '/b', 'ok', 17.4, second);
        faces.runs.request('POST', '/a', second % 4 === 0 ? 'status' : 'ok', 75.6, second, 'HTTP 503');
      }
      const stats = await faces.json<Json & { stats: Json[]; errors: Json[]; workers: Json[] }>('/stats/requests');
      expect(Object.keys(stats).sort()).toEqual(topKeys);
      expect(stats).toMatchObject({
        state: 'running',
        user_count: 20,
        worker_count: 1,
        fail_ratio: 3 / 24,
        run_id: 'run1',
      });
      expect(stats.stats.map(({ method, name }) => [method, name])).toEqual([
        ['POST', '/a'],
        ['GET', '/b'],
        ['', 'Aggregated'],
      ]);
      const [row] = stats.stats;
      expect(row).toEqual({
        method: 'POST',
        name: '/a',
        num_requests: 12,
        num_failures: 3,
        min_response_time: 75.6,
        max_response_time: 75.6,
        avg_response_time: 75.6,
        median_response_time: 76,
        current_rps: expect.any(Number),
        current_fail_per_sec: expect.any(Number),
        total_rps: 12 / 11,
        total_fail_per_sec: 3 / 11,
        'response_time_percentile_0.95': 76,
        'response_time_percentile_0.99': 76,
        avg_content_length: 100,
      });
      expect(stats['total_rps']).toBeCloseTo(24 / 11);
      expect(stats.errors).toEqual([
        {
          method: 'POST',
          name: '/a',
          error: 'HTTP 503',
          occurrences: 3,
          first_seen: expect.any(Number),
          last_seen: expect.any(Number),
        },
      ]);
      expect(stats.workers).toEqual([
        { id: 'worker-1', state: 'ready', user_count: 0, cpu_usage: 12.5, memory_usage: 64_000_000 },
        { id: 'worker-2', state: 'missing', user_count: 0, cpu_usage: 12.5, memory_usage: 64_000_000 },
      ]);
      expect(Math.abs(Number(stats.errors[0]?.['first_seen']) - Date.now() / 1000)).toBeLessThan(60);
    });

    it('shows at most 500 rows, the total last', async () => {
      await start();
      for (let index = 0; index < 600; index++) faces.runs.request('GET', `/${index}`, 'ok', 1, 1);
      const { stats } = await faces.json<{ stats: Json[] }>('/stats/requests');
      expect(stats).toHaveLength(500);
      expect(stats.at(-1)).toMatchObject({ method: '', name: 'Aggregated', num_requests: 600 });
    });
  });

  it('GET /stats/reset counts from here on and answers ok as text/html', async () => {
    await start();
    faces.runs.request('GET', '/a', 'ok', 10, 1);
    const response = await faces.call('GET', '/stats/reset');
    expect([response.status, await response.text()]).toEqual([200, 'ok']);
    expect(response.headers.get('content-type')).toMatch('text/html');
    const { stats } = await faces.json<{ stats: Json[] }>('/stats/requests');
    expect(stats.at(-1)).toMatchObject({ num_requests: 0 });
    expect(faces.runs.current()).toMatchObject({ state: 'running' });
  });

  it('GET /exceptions has count, msg, traceback and nodes', async () => {
    expect(await faces.json('/exceptions')).toEqual({ exceptions: [] });
    await start();
    faces.runs.exception('boom', 'at shop.ts:3', 'worker-1');
    faces.runs.exception('boom', 'at shop.ts:3', 'worker-2');
    expect(await faces.json('/exceptions')).toEqual({
      exceptions: [{ count: 2, msg: 'boom', traceback: 'at shop.ts:3', nodes: 'worker-1, worker-2' }],
    });
  });

  it('GET /tasks gives ratios within the class and in total, nested sets inside', async () => {
    const expected = {
      per_class: {
        Shopper: {
          ratio: 0.75,
          tasks: {
            list: { ratio: 0.75 },
            browse: { ratio: 0.25, tasks: { page: { ratio: 0.125 }, leave: { ratio: 0.125 } } },
          },
        },
        Guest: { ratio: 0.25, tasks: { look: { ratio: 1 } } },
      },
      total: {
        Shopper: {
          ratio: 0.75,
          tasks: {
            list: { ratio: 0.5625 },
            browse: { ratio: 0.1875, tasks: { page: { ratio: 0.09375 }, leave: { ratio: 0.09375 } } },
          },
        },
        Guest: { ratio: 0.25, tasks: { look: { ratio: 0.25 } } },
      },
    };
    expect(await faces.json('/tasks')).toEqual(expected);
    await start();
    const running = await faces.json<typeof expected>('/tasks');
    expect(running.per_class.Shopper.ratio).toBe(19 / 20);
  });

  it('GET /logs and /worker-count have their keys', async () => {
    expect(await faces.json('/logs')).toEqual({ master: [expect.any(String)], workers: { 'worker-1': ['hello'] } });
    expect(await faces.json('/worker-count')).toEqual({ worker_count: 2 });
  });

  describe('POST /user', () => {
    const user = (body: unknown) => faces.call('POST', '/user', { body });

    it('answers 201 and {} and changes the weight of the running test', async () => {
      await start();
      const response = await user({ user_class_name: 'Guest', weight: 2, tasks: ['look'] });
      expect([response.status, await response.json()]).toEqual([201, {}]);
      expect(faces.runs.asked.at(-1)).toBe('adjust run1 {"classWeights":{"Guest":2},"tasks":{"Guest":["look"]}}');
    });

    it('keeps a choice of tasks for the next start', async () => {
      expect((await user({ user_class_name: 'Shopper', tasks: ['list'] })).status).toBe(201);
      await start();
      expect(faces.runs.asked.at(-1)).toBe('adjust run1 {"tasks":{"Shopper":["list"]}}');
    });

    it('keeps a weight for the next start', async () => {
      await user({ user_class_name: 'Guest', weight: 9 });
      expect((await faces.json<{ per_class: { Guest: { ratio: number } } }>('/tasks')).per_class.Guest.ratio).toBe(
        0.75,
      );
      await start();
      expect(faces.runs.asked.at(-1)).toBe('adjust run1 {"classWeights":{"Guest":9}}');
    });

    it.each([
      ['an unknown class', { user_class_name: 'Nobody' }],
      ['a weight in words', { user_class_name: 'Guest', weight: 'much' }],
      ['a task that it has not', { user_class_name: 'Shopper', tasks: ['list', 'look'] }],
      ['a choice of no task', { user_class_name: 'Shopper', tasks: [] }],
    ])('refuses %s by its field', async (_what, body) => {
      const response = await user(body);
      expect(response.status).toBe(400);
      expect(await response.json()).toMatchObject({
        success: false,
        message: expect.stringMatching(/user_class_name|weight|tasks/),
      });
    });
  });

  it('GET /login redirects to / while no login is needed', async () => {
    const response = await faces.call('GET', '/login');
    expect([response.status, response.headers.get('location')]).toEqual([302, '/']);
  });

  describe('downloads', () => {
    const percentiles = ['50%', '66%', '75%', '80%', '90%', '95%', '98%', '99%', '99.9%', '99.99%', '100%'];
    const csv = {
      '/stats/requests/csv': [
        'Type,Name,Request Count,Failure Count,Median Response Time,Average Response Time,Min Response Time,Max Response Time',
        'Average Content Size,Requests/s,Failures/s',
        ...percentiles,
      ],
      '/stats/failures/csv': ['Method,Name,Error,Occurrences,First Seen,Last Seen'],
      '/exceptions/csv': ['Count,Message,Traceback,Nodes'],
      '/stats/requests_full_history/csv': [
        'Timestamp,User Count,Type,Name,Requests/s,Failures/s',
        ...percentiles,
        'Total Request Count,Total Failure Count,Total Median Response Time,Total Average Response Time',
        'Total Min Response Time,Total Max Response Time,Total Average Content Size',
      ],
    };

    it.each(Object.entries(csv))('%s has the columns of Locust, before a run and after', async (path, columns) => {
      for (const run of [false, true]) {
        if (run) {
          await start();
          faces.runs.request('GET', '/a', 'status', 10, 1);
          faces.runs.exception('boom', 'at shop.ts:3', 'worker-1');
        }
        const response = await faces.call('GET', path);
        expect(response.status).toBe(200);
        expect(response.headers.get('content-type')).toMatch('text/csv');
        const header = (await response.text()).split('\r\n', 1)[0]?.split('\n', 1)[0]?.replaceAll('"', '');
        expect(header).toBe(columns.join(','));
        const what = {
          '/stats/requests/csv': 'requests',
          '/stats/failures/csv': 'failures',
          '/exceptions/csv': 'exceptions',
        };
        const name = what[path as keyof typeof what] ?? 'requests_full_history';
        expect(response.headers.get('content-disposition')).toMatch(
          new RegExp(`^attachment;filename=Locust_\\d{4}-\\d\\d-\\d\\d-\\d\\dh\\d\\d_.*_localhost-5001_${name}\\.csv$`),
        );
      }
    });

    it('/stats/report is a page, or a file when asked for one', async () => {
      await start();
      faces.runs.request('GET', '/<script>alert(1)</script>', 'ok', 10, 1);
      const page = await faces.call('GET', '/stats/report?theme=dark');
      expect(page.headers.get('content-type')).toMatch('text/html');
      expect(page.headers.get('content-disposition')).toBeNull();
      expect(page.headers.get('content-security-policy')).toContain('sandbox');
      expect(await page.text()).not.toContain('<script>alert(1)');
      const file = await faces.call('GET', '/stats/report?download=1');
      expect(file.headers.get('content-disposition')).toMatch(/filename=Locust_.*_shop\.ts_localhost-5001\.html$/);
    });
  });

  it('sends no CORS header and tells the verbs of a path', async () => {
    const response = await faces.call('GET', '/stats/requests', { headers: { origin: 'http://evil.example' } });
    expect(response.headers.get('access-control-allow-origin')).toBeNull();
    const wrong = await faces.call('GET', '/swarm');
    expect([wrong.status, wrong.headers.get('allow')]).toEqual([405, 'POST']);
    const unknown = await faces.call('GET', '/worker_count', { headers: { accept: 'text/html' } });
    expect([unknown.status, unknown.headers.get('content-type')]).toEqual([404, 'text/html; charset=utf-8']);
  });
});
