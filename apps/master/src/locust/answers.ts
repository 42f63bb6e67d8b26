/** Examples of what the Locust-compatible routes answer, for Swagger UI; the contract test holds the real ones. */

export const swarmAnswers = {
  started: {
    summary: 'Started or edited',
    value: {
      success: true,
      message: 'Swarming started',
      host: 'http://localhost:5001',
      run_time: 40,
      run_id: 'k3v9q0t7m2xw',
    },
  },
  shape: {
    summary: 'Started with a shape',
    value: {
      success: true,
      message: "Swarming started using shape class 'SpikeShape'",
      host: 'http://localhost:5001',
      run_id: 'k3v9q0t7m2xw',
    },
  },
  refused: {
    summary: 'Not started; the status is 200 all the same',
    value: { success: false, message: 'Missing user_count or spawn_rate from /swarm request', host: null },
  },
};

export const stopAnswer = { success: true, message: 'Test stopped', run_id: 'k3v9q0t7m2xw' };

export const statsAnswer = {
  state: 'running',
  user_count: 4,
  worker_count: 1,
  fail_ratio: 0.0769,
  current_rps: 4.25,
  current_fail_per_sec: 0.25,
  total_rps: 6.55,
  total_fail_per_sec: 0.5,
  current_response_time_percentiles: { 'response_time_percentile_0.5': 4, 'response_time_percentile_0.95': 75 },
  stats: [
    {
      method: 'GET',
      name: '/b',
      num_requests: 22,
      num_failures: 0,
      min_response_time: 1,
      max_response_time: 216,
      avg_response_time: 17.16,
      median_response_time: 3,
      current_rps: 2.5,
      current_fail_per_sec: 0,
      total_rps: 3.69,
      total_fail_per_sec: 0,
      'response_time_percentile_0.95': 73,
      'response_time_percentile_0.99': 211,
      avg_content_length: 2,
    },
  ],
  errors: [
    {
      method: 'GET',
      name: '/bad',
      error: 'HTTP 500',
      occurrences: 3,
      first_seen: 1795347911.15,
      last_seen: 1795347914.35,
    },
  ],
  workers: [{ id: 'worker-1', state: 'running', user_count: 4, cpu_usage: 10.1, memory_usage: 64204800 }],
  run_id: 'k3v9q0t7m2xw',
};

export const exceptionsAnswer = {
  exceptions: [
    { count: 10, msg: 'boom', traceback: 'at Shopper.list (simple-load.ts:12:11)', nodes: 'worker-1, worker-2' },
  ],
};

export const tasksAnswer = {
  per_class: { Shopper: { ratio: 1, tasks: { list: { ratio: 0.75 }, one: { ratio: 0.25 } } } },
  total: { Shopper: { ratio: 1, tasks: { list: { ratio: 0.75 }, one: { ratio: 0.25 } } } },
};

export const logsAnswer = { master: ['2026-11-22T11:44:43.976Z info master is ready'], workers: { 'worker-1': ['…'] } };
