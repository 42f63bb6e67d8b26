/** Damaged answers over real sockets: whatever arrives, every request ends, once, in one class. */
import { SeededRandom } from '@loadstar/shared';
import { brokenForms } from '../hot/testing/broken-forms.js';
import { responseForms } from '../hot/testing/response-forms.js';
import { cleanUp, nextTurn, scripted, setup } from './testing/http-setup.js';

afterEach(cleanUp);

it.each([1, 2, 3])(
  'accounts for every request to a server gone mad (seed %i)',
  async (seed) => {
    const random = new SeededRandom(seed);
    const wires = [...responseForms, ...brokenForms].map(({ wire }) => wire);
    const server = await scripted((_request, { socket }) => {
      let bytes = Buffer.from(random.pick(wires), 'latin1');
      for (let edits = random.int(0, 3); edits > 0 && bytes.length > 0; edits--) {
        bytes[random.int(0, bytes.length - 1)] = random.int(0, 255);
      }
      if (random.next() < 0.2) bytes = bytes.subarray(0, random.int(0, bytes.length));
      const cut = random.int(0, bytes.length);
      socket.write(bytes.subarray(0, cut));
      setImmediate(() => {
        if (!socket.writable) return;
        const ending = random.next();
        if (ending < 0.6) socket.write(bytes.subarray(cut));
        else if (ending < 0.9) socket.end(bytes.subarray(cut));
        else socket.resetAndDestroy();
      });
    });
    const { engine, recorder, http } = setup(server.url);
    const users = [http, ...Array.from({ length: 19 }, () => engine.client(server.url, recorder))];
    const perUser = 40;
    await Promise.all(
      users.map(async (user) => {
        for (let i = 0; i < perUser; i++) {
          const response = await user.get('/', { timeoutMs: 20, redirects: 2 });
          expect(response.ok).toBe(response.error === undefined);
          if (response.status === 0) expect([response.text(), response.size]).toEqual(['', 0]);
        }
      }),
    );
    await nextTurn();
    const { counts } = recorder;
    const total = Object.values(counts).reduce((sum, count) => sum + count, 0);
    expect([recorder.started, total]).toEqual([20 * perUser, 20 * perUser]);
    expect(recorder.failures).toHaveLength(total - (counts['ok'] ?? 0));
    for (const user of users) user.close();
    expect(engine.openConnections).toBe(0);
  },
  60_000,
);
