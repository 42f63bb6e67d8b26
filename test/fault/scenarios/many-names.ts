// The steady load under fifty names, so that what is told of it each second is as large as a scenario makes it.
import { HttpUser, constantPacing, task } from 'loadstar';

const names = 50;
let asked = 0;

export class Wanderer extends HttpUser {
  override waitTime = constantPacing(0.1);

  @task async welcome() {
    await this.http.get('/', { name: `/part-${asked++ % names}/of-the-shop`, timeoutMs: 10_000 });
  }
}
