import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { silentLogger } from '@loadstar/shared';
import { noticedEpoch, noticePath, tellReplaced } from './replaced-notice.js';

describe('the notice to a master that was replaced', () => {
  it('arrives, and is believed from those who know the join token only', async () => {
    const seen: { url: string | undefined; headers: IncomingHttpHeaders }[] = [];
    const server = createServer((request, response) => {
      seen.push({ url: request.url, headers: request.headers });
      response.writeHead(204).end();
    });
    await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    await tellReplaced(url, 7, 'secret', silentLogger);
    expect(seen[0]?.url).toBe(noticePath);
    expect(noticedEpoch(seen[0]!.headers, 'secret')).toBe(7);
    expect(noticedEpoch(seen[0]!.headers, 'other')).toBeUndefined();
    expect(noticedEpoch({ authorization: 'Bearer secret', 'x-loadstar-epoch': '7; drop' }, 'secret')).toBeUndefined();
    expect(noticedEpoch({}, 'secret')).toBeUndefined();
    server.closeAllConnections();
    server.close();
    await new Promise((resolve) => server.once('close', resolve));
    await tellReplaced(url, 8, 'secret', silentLogger);
  });
});
