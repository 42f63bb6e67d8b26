import { HttpUser } from '../user/http-user.js';
import { User } from '../user/user.js';
import { readScenario } from './read-scenario.js';

class Base extends HttpUser {
  static override tasks = { go: 1 };
  go(): void {}
}

const settingsOf = (userClass: unknown) => readScenario({ Shopper: userClass }).userClasses[0]?.http;

function problemsOf(userClass: unknown): string[] {
  try {
    settingsOf(userClass);
  } catch (error) {
    return (error as { fields: { field: string; problem: string }[] }).fields.map(
      (each) => `${each.field}: ${each.problem}`,
    );
  }
  return [];
}

test('a class without settings of its own, and one that speaks no HTTP, have none', () => {
  expect(settingsOf(class extends Base {})).toBeUndefined();
  class Other extends User {
    static override tasks = { go: 1 };
    static keepAlive = 'whatever';
    go(): void {}
  }
  expect(settingsOf(Other)).toBeUndefined();
});

test('settings are read as written, inherited ones too, with the same object for all', () => {
  class Own extends Base {
    static override keepAlive = false;
    static override tls = { insecure: true };
  }
  const settings = settingsOf(class extends Own {});
  expect(settings).toEqual({ keepAlive: false, resendStale: true, tls: { insecure: true }, phases: false });
  expect(settings?.tls).toBe(Own.tls);
});

test('mistakes are told before load starts', () => {
  class Wrong extends Base {
    static override keepAlive = 'no' as never;
    static override proxy = 'socks5://localhost';
    static override tls = { insecure: 'yes', cert: 'PEM', passphrase: 1, rejectUnauthorized: false } as never;
  }
  expect(problemsOf(Wrong)).toEqual([
    'Shopper.keepAlive: expected true or false, not "no"',
    'Shopper.tls.insecure: expected true or false, not "yes"',
    'Shopper.tls.passphrase: expected text, not 1',
    'Shopper.tls.rejectUnauthorized: there is no such setting; known are insecure, ca, cert, key, passphrase, servername, resume',
    'Shopper.tls: cert and key go together',
    'Shopper.proxy: expected a URL such as "http://localhost:3128", not "socks5://localhost"',
  ]);
  class NoObject extends Base {
    static override tls = true as never;
  }
  expect(problemsOf(NoObject)).toEqual(['Shopper.tls: expected an object such as { insecure: true }, not true']);
  class Misspelt extends Base {
    static keep_alive = false;
  }
  expect(problemsOf(Misspelt)).toEqual([
    'Shopper.keep_alive: there is no such setting (did you mean "static keepAlive"?)',
  ]);
});
