// The door: decides who may connect, before anything else of a connection is read.
import { createHash, timingSafeEqual } from 'node:crypto';
import { type Clock, type Logger, LoadstarError } from '@loadstar/shared';
import { type Hello, helloMessage } from '../messages/join.js';
import { malformed } from '../messages/parse.js';
import { LoginLimiter } from '../session/login-limiter.js';
import { protocolVersion } from '../version.js';

/** What the gate knows about incarnations that are on the books. */
export type KeyCheck = (hello: Hello) => 'unknown' | 'same' | 'other';

export class JoinGate {
  private readonly limiter = new LoginLimiter();
  private readonly expected: Buffer;

  constructor(
    joinToken: string,
    private readonly clock: Clock,
    private readonly logger: Logger,
    private readonly checkKey: KeyCheck,
  ) {
    if (joinToken === '') throw new LoadstarError('INVALID_CONFIG', { detail: 'the join token is empty' });
    this.expected = digest(joinToken);
  }

  /**
   * The order matters: a stranger learns nothing but that the token is wrong; a worker of another version is told so
   * although its hello may have another form.
   * @throws LoadstarError TOO_MANY_REQUESTS, JOIN_TOKEN_WRONG, VERSION_SKEW, MALFORMED_MESSAGE
   */
  admit(auth: unknown, address: string): Hello {
    const nowMs = this.clock.nowMs();
    if (this.limiter.isBlocked(address, nowMs)) throw new LoadstarError('TOO_MANY_REQUESTS');
    const { token, protocol } = loosely(auth);
    if (!timingSafeEqual(digest(typeof token === 'string' ? token : ''), this.expected)) {
      throw this.failed(address, nowMs, new LoadstarError('JOIN_TOKEN_WRONG'));
    }
    if (protocol !== protocolVersion) {
      const worker = typeof protocol === 'number' ? protocol : 0;
      throw new LoadstarError('VERSION_SKEW', { worker, master: protocolVersion });
    }
    const hello = helloMessage.parse(auth);
    if (this.checkKey(hello) === 'other') {
      throw this.failed(address, nowMs, malformed('hello', 'key is not that of this incarnation'));
    }
    return hello;
  }

  private failed(address: string, nowMs: number, error: LoadstarError): LoadstarError {
    this.limiter.failed(address, nowMs);
    this.logger.warn({ address, code: error.code }, 'a worker was refused at the door');
    return error;
  }
}

function loosely(auth: unknown): { token?: unknown; protocol?: unknown } {
  return typeof auth === 'object' && auth !== null ? auth : {};
}

// Compared as digests, so that neither the length nor the place of the first difference shows in the time it takes.
function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
