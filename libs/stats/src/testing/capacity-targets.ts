/** Targets whose capacity is known, simulated request by request, for tests of the capacity search. */
import type { SeededRandom } from '@loadstar/shared';
import type { StepReport } from '../capacity/capacity-search.js';

export interface SimulatedTarget {
  /** The true answer, per second. */
  readonly capacity: number;
  run(rate: number, seconds: number): StepReport;
}

const exponential = (random: SeededRandom, rate: number): number => -Math.log(1 - random.next()) / rate;

/** Answers 400 requests a second at once and refuses the rest; held while at most 1 % are refused. */
export function tokenBucketTarget(random: SeededRandom): SimulatedTarget {
  const capacity = 400;
  const burst = 40;
  return {
    capacity,
    run(rate, seconds) {
      let tokens = burst;
      let clock = 0;
      let arrivals = 0;
      let refused = 0;
      for (;;) {
        const gap = exponential(random, rate);
        clock += gap;
        if (clock > seconds) break;
        tokens = Math.min(burst, tokens + gap * capacity);
        arrivals++;
        if (tokens >= 1) tokens--;
        else refused++;
      }
      const achievedRate = (arrivals - refused) / seconds;
      return { passed: refused <= 0.01 * arrivals, achievedRate, meanMs: 2 };
    },
  };
}

/** Two servers, exponential service of 5 ms, one queue; held while the 95th percentile is at most 30 ms. */
export function mm2Target(random: SeededRandom): SimulatedTarget {
  const perServer = 200;
  const limit = 0.03;
  return {
    capacity: mm2Capacity(perServer, limit, 0.95),
    run(rate, seconds) {
      const free = [0, 0];
      const times: number[] = [];
      for (let clock = exponential(random, rate); clock < seconds; clock += exponential(random, rate)) {
        const server = (free[0] ?? 0) <= (free[1] ?? 0) ? 0 : 1;
        const done = Math.max(clock, free[server] ?? 0) + exponential(random, perServer);
        free[server] = done;
        times.push(done - clock);
      }
      times.sort((a, b) => a - b);
      const p95 = times[Math.ceil(0.95 * times.length) - 1] ?? 0;
      const finished = times.length * Math.min(1, seconds / Math.max(...free, seconds));
      const meanMs = (times.reduce((sum, time) => sum + time, 0) / Math.max(1, times.length)) * 1_000;
      return { passed: p95 <= limit, achievedRate: finished / seconds, meanMs };
    },
  };
}

/**
 * Arrival rate at which the share `p` of sojourn times in an M/M/2 queue is below `limit` seconds. With Erlang's C the
 * tail is e^(-m t) (1 + C (1 - e^(-(m - l) t)) m / (m - l)), here for two servers of rate m (Gross and Harris,
 * "Fundamentals of Queueing Theory", section on M/M/c waiting times).
 */
function mm2Capacity(perServer: number, limit: number, p: number): number {
  const tail = (rate: number): number => {
    const rho = rate / (2 * perServer);
    const waits = (2 * rho * rho) / (1 + rho);
    const rest = perServer - rate;
    const queued = Math.abs(rest) < 1e-9 ? perServer * limit : ((1 - Math.exp(-rest * limit)) * perServer) / rest;
    return Math.exp(-perServer * limit) * (1 + waits * queued);
  };
  let [low, high] = [0, 2 * perServer];
  for (let round = 0; round < 60; round++) {
    const middle = (low + high) / 2;
    if (tail(middle) <= 1 - p) low = middle;
    else high = middle;
  }
  return low;
}
