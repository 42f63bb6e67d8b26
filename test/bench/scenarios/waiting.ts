// Users that are there and wait; none ever connects.
import { HttpUser, constant } from 'loadstar';

export class Sleeper extends HttpUser {
  static override tasks = { rest: 1 };
  override waitTime = constant(3_600);

  async rest(): Promise<void> {}
}
