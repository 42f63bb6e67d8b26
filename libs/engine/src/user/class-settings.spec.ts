import { HttpUser, type HttpSettings, readScenario } from '@loadstar/scenario';
import type { UserKind } from './user-kind.js';
import { VirtualUser } from './virtual-user.js';

class Clerk extends HttpUser {
  static override tasks = { go: 1 };
  static override keepAlive = false;
  static override tls = { insecure: true };
  go(): void {}
}

it('asks for a client with what the class says about HTTP', () => {
  const [definition] = readScenario({ Clerk }).userClasses;
  const asked: [string, HttpSettings | undefined][] = [];
  const clients = { client: (url: string, settings?: HttpSettings) => (asked.push([url, settings]), { close() {} }) };
  const kind = { definition, host: 'https://shop.test', clients } as unknown as UserKind;
  // What the user does is no matter here: only that its client is made with the settings of its class.
  const user = Object.assign(Object.create(VirtualUser.prototype) as VirtualUser, { kind });
  void user.http;
  expect(asked).toEqual([['https://shop.test', definition?.http]]);
  expect(asked[0]?.[1]).toMatchObject({ keepAlive: false, tls: Clerk.tls });
});
