import { api } from './client.js';
import { token } from './token.js';

describe('a call that is refused', () => {
  const answers: ((response: Response) => void)[] = [];
  const kept = new Map<string, string>();
  const refusal = () => new Response('{}', { status: 401 });

  beforeEach(() => {
    answers.length = 0;
    kept.clear();
    token.dismiss();
    Object.assign(globalThis, {
      fetch: () => new Promise<Response>((resolve) => answers.push(resolve)),
      sessionStorage: {
        getItem: (key: string) => kept.get(key) ?? null,
        setItem: (key: string, value: string) => kept.set(key, value),
      },
    });
  });
  const { fetch: ownFetch } = globalThis;
  afterAll(() => {
    Object.assign(globalThis, { fetch: ownFetch });
    Reflect.deleteProperty(globalThis, 'sessionStorage');
  });

  it('has the page ask for a token', async () => {
    const call = api.config();
    answers[0]?.(refusal());
    await expect(call).rejects.toMatchObject({ status: 401 });
    expect(token.isAsked()).toBe(true);
  });

  it('does not ask again for a token that was given while its answer was on the way', async () => {
    token.write('unknown');
    const call = api.config();
    token.write('another');
    answers[0]?.(refusal());
    await expect(call).rejects.toMatchObject({ status: 401 });
    expect(token.isAsked()).toBe(false);
  });
});
