import { fromWireError, type Logger, LoadstarError, silentLogger, systemClock, type WireError } from '@loadstar/shared';
import { io, type Socket } from 'socket.io-client';
import { wireErrorField } from '../messages/fields.js';
import { controlNamespace, workersQuery } from './control-options.js';
import type { ControlChannel, ControlClient } from './port.js';
import { type EitherSocket, SocketIoChannel } from './socket-io-channel.js';

/** How long one attempt may take, milliseconds; short, so that the end of a cut is noticed within seconds. */
const attemptMs = 2_000;
/** Refusals that are not the master's but the fleet's: another one would say the same. */
const final: ReadonlySet<string> = new Set(['JOIN_TOKEN_WRONG', 'VERSION_SKEW', 'MALFORMED_MESSAGE']);

/**
 * The worker's end over Socket.IO. Its own reconnection is off: it would keep messages for later without a limit, and
 * when to try again is a rule of the session, tested on a virtual clock.
 */
export class SocketIoControlClient implements ControlClient {
  /** Place of the URL that is asked first: the one that let this worker in last. */
  private preferred = 0;

  /** @param urls base URLs of the masters, asked in turn until one leads; at least one */
  constructor(
    private readonly urls: readonly string[],
    private readonly logger: Logger = silentLogger,
  ) {}

  async connect(auth: object): Promise<ControlChannel> {
    let telling: LoadstarError | undefined;
    for (let turn = 0; turn < this.urls.length; turn++) {
      const place = (this.preferred + turn) % this.urls.length;
      try {
        const channel = await this.dial(this.urls[place] ?? '', auth);
        this.preferred = place;
        return channel;
      } catch (error) {
        if (!(error instanceof LoadstarError) || final.has(error.code)) throw error;
        // That somebody is there who does not lead says more than that nobody is.
        if (telling === undefined || error.code === 'NOT_LEADER') telling = error;
      }
    }
    throw telling ?? new LoadstarError('MASTER_UNREACHABLE', { url: '', detail: 'no URL is given' });
  }

  private dial(url: string, auth: object): Promise<ControlChannel> {
    return new Promise((resolve, reject) => {
      let socket: Socket;
      try {
        socket = io(new URL(controlNamespace, url).href, {
          transports: ['websocket'],
          reconnection: false,
          forceNew: true,
          autoConnect: false,
          timeout: attemptMs,
          query: workersQuery,
          auth,
        });
      } catch {
        reject(new LoadstarError('MASTER_UNREACHABLE', { url, detail: 'not a URL' }));
        return;
      }
      const fail = (error: LoadstarError): void => {
        limit.cancel();
        socket.disconnect();
        reject(error);
      };
      // The library bounds the opening of the WebSocket but not the wait for the namespace's answer.
      const limit = systemClock.setTimeout(() => {
        fail(new LoadstarError('MASTER_UNREACHABLE', { url, detail: `no answer within ${attemptMs * 1.5} ms` }));
      }, attemptMs * 1.5);
      socket.once('connect_error', (error) => fail(refusalOf(error) ?? unreachable(url, error)));
      socket.once('connect', () => {
        limit.cancel();
        resolve(new SocketIoChannel(socket as EitherSocket, url, () => void socket.disconnect(), this.logger));
      });
      socket.connect();
    });
  }
}

function refusalOf(error: Error & { data?: unknown }): LoadstarError | undefined {
  const refusal = wireErrorField.safeParse(error.data);
  return refusal.success ? fromWireError(refusal.data satisfies WireError) : undefined;
}

function unreachable(url: string, error: Error & { description?: unknown }): LoadstarError {
  const { description } = error;
  const deeper =
    typeof description === 'object' && description !== null && 'message' in description
      ? description.message
      : undefined;
  const detail = typeof deeper === 'string' && deeper !== '' ? deeper : error.message;
  return new LoadstarError('MASTER_UNREACHABLE', { url, detail: detail.slice(0, 200) });
}
