import type { ResponsePhases } from '@loadstar/scenario';
import { certificate } from './testing/certificate.js';
import { cleanUp, onCleanUp, scripted, serve, setup } from './testing/http-setup.js';

afterEach(cleanUp);

// The clocks of two processes' worth of timers agree to about a millisecond; below it "at least" means nothing.
const slackMs = 2;

function after(delayMs: number, act: () => void): void {
  const timer = setTimeout(act, delayMs);
  onCleanUp(() => clearTimeout(timer));
}

const total = ({ sendMs, waitMs, receiveMs }: ResponsePhases): number => sendMs + waitMs + receiveMs;

describe('phases of a request', () => {
  it('are not measured unless the class asks', async () => {
    const { http } = setup(await serve((_request, response) => response.end()));
    expect((await http.get('/')).phases).toBeUndefined();
  });

  it('tell a slow name, a slow answer and a slow body apart', async () => {
    const server = await scripted((_request, { socket }) => {
      after(60, () => {
        socket.write('HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nab');
        // Counted from when the client has read it: on a busy machine that is later than the writing.
        after(20, () => setImmediate(() => setImmediate(() => after(90, () => socket.write('cd')))));
      });
    });
    const lookup = (): Promise<string[]> => new Promise((resolve) => after(30, () => resolve(['127.0.0.1'])));
    const url = `http://slow.test:${server.port}`;
    const { engine, recorder } = setup(url, { lookup });
    const http = engine.client(url, recorder, { phases: true });
    const first = await http.get('/');
    expect(first.text()).toBe('abcd');
    const phases = first.phases as ResponsePhases;
    expect(phases.dnsMs).toBeGreaterThan(30 - slackMs);
    expect(phases.connectMs).toBeGreaterThan(0);
    expect(phases.tlsMs).toBe(0);
    expect(phases.waitMs).toBeGreaterThan(60 - slackMs);
    expect(phases.receiveMs).toBeGreaterThan(90 - slackMs);
    expect(total(phases)).toBeGreaterThanOrEqual(first.serviceMs - 0.001);
    expect((await http.get('/')).phases).toMatchObject({ dnsMs: 0, connectMs: 0, tlsMs: 0 });
    expect(recorder.opened).toBe(1);
  });

  it('add up over redirects', async () => {
    const url = await serve((request, response) => {
      after(40, () => response.writeHead(request.url === '/' ? 302 : 200, { location: '/there' }).end());
    });
    const { engine, recorder } = setup(url);
    const response = await engine.client(url, recorder, { phases: true }).get('/');
    expect(response.phases?.waitMs).toBeGreaterThan(80 - 2 * slackMs);
  });

  it('hold the handshake of TLS', async () => {
    const url = await serve((_request, response) => response.end('ok'), certificate);
    const { engine, recorder } = setup(url);
    const http = engine.client(url, recorder, { phases: true, tls: { insecure: true } });
    const { phases } = await http.get('/');
    expect(phases?.tlsMs).toBeGreaterThan(0);
    expect(phases?.connectMs).toBeGreaterThan(0);
    expect((await http.get('/')).phases?.tlsMs).toBe(0);
  });

  it('hold the sending of a body that the server is slow to read', async () => {
    const url = await serve((request, response) => {
      after(80, () => request.resume().on('end', () => response.end()));
    });
    const { engine, recorder } = setup(url);
    const body = new Uint8Array(32 * 1024 * 1024);
    const response = await engine.client(url, recorder, { phases: true }).post('/', { body });
    expect(response.ok).toBe(true);
    expect(response.phases?.sendMs).toBeGreaterThan(80 - slackMs);
  });

  it('are missing when no answer came', async () => {
    const server = await scripted((_request, { socket }) => socket.destroy());
    const { engine, recorder } = setup(server.url);
    expect((await engine.client(server.url, recorder, { phases: true }).get('/')).phases).toBeUndefined();
  });
});
