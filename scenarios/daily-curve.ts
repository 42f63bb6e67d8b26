// A custom load shape: a whole day of a web shop, compressed into minutes.
import { HttpUser, LoadTestShape, between, task, type Options } from 'loadstar';

/** What to change: how long the day takes, and how many users its busiest hour has. */
const day = {
  /** Minutes, 1..1440. 24 makes an hour of the day one minute. */
  minutes: 24,
  peakUsers: 100,
};

/** Share of the peak at each full hour, 0:00 to 23:00: a quiet night, a lunch peak, a higher one in the evening. */
const hours = [
  0.3, 0.2, 0.14, 0.1, 0.1, 0.12, 0.2, 0.35, 0.5, 0.62, 0.7, 0.78, 0.85, 0.8, 0.7, 0.66, 0.68, 0.75, 0.85, 0.95, 1, 0.9,
  0.68, 0.45,
];

export class Visitor extends HttpUser {
  override waitTime = between(1, 5);

  @task(6) async browse() {
    await this.http.get('/users', { params: { page: this.random.int(1, 3), per_page: 5 } });
  }

  @task(3) async look() {
    await this.http.get(`/users/${this.random.int(1, 5)}`, { name: '/users/[id]' });
  }

  @task(1) async signUp() {
    const tag = this.random.nextUint32().toString(36);
    await this.http.post('/users', { json: { name: `User ${tag}`, email: `user-${tag}@example.com` }, expect: 201 });
  }
}

export class DailyCurve extends LoadTestShape {
  /** Seconds of the run that stand for one hour of the day. */
  private readonly secondsPerHour: number;

  constructor(
    minutes = day.minutes,
    private readonly peakUsers = day.peakUsers,
  ) {
    super();
    this.secondsPerHour = (minutes * 60) / hours.length;
  }

  override tick(elapsed: number) {
    const hour = elapsed / this.secondsPerHour;
    if (hour >= hours.length) return null;
    const before = hours[Math.floor(hour)] ?? 0;
    const after = hours[Math.ceil(hour) % hours.length] ?? 0;
    const share = before + (after - before) * (hour % 1);
    // The steepest hour changes by a quarter of the peak; twice that keeps up with the curve.
    return {
      users: Math.round(share * this.peakUsers),
      spawnRate: Math.max(1, this.peakUsers / 2 / this.secondsPerHour),
    };
  }
}

export const options: Options = {
  host: 'http://localhost:5001',
  thresholds: { request_failed: ['rate<0.05'] },
};
