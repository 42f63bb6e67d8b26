/**
 * Fields by which the far side knows a request again: run, worker and sequence for a witness, and W3C Trace Context
 * (https://www.w3.org/TR/trace-context/) for the tracing of the system under test. There are none unless a plan asks for
 * them, and then the client does not come here.
 */
import { randomFillSync } from 'node:crypto';
import type { BodyOptions } from '@loadstar/scenario';

export interface Trace {
  /** 32 hexadecimal digits. */
  readonly id: string;
  /** 16 hexadecimal digits: the request, as the parent of what the far side records. */
  readonly span: string;
  /** Whether the far side is asked to record it. */
  readonly sampled: boolean;
}

/** A request that is to be marked; what it is given first it keeps over redirects and repetitions. */
export interface Marked {
  readonly settings: BodyOptions;
  trace: Trace | undefined;
}

export interface MarkOptions {
  readonly identify?: { readonly run: string; readonly worker: string } | undefined;
  /** Share of the requests that the far side is asked to record, 0..1; undefined: no trace context at all. */
  readonly traceSampling?: number | undefined;
}

const traceBytes = 16;
const spanBytes = 8;
/** Random bytes are fetched by the thousand: a call of the system for each request would be felt. */
const poolBytes = 6_144;

export class RequestMarks {
  private readonly identity: string;
  private readonly sampling: number | undefined;
  private readonly pool = Buffer.alloc(poolBytes);
  private taken = poolBytes;
  private sequence = 0;

  constructor({ identify, traceSampling }: MarkOptions) {
    this.identity = identify
      ? `x-loadstar-run: ${word(identify.run)}\r\nx-loadstar-worker: ${word(identify.worker)}\r\n`
      : '';
    this.sampling = traceSampling;
  }

  /** @returns the fields, each with its line end; the sequence grows by one with each request of this engine */
  fieldsFor(request: Marked): string {
    const identity = this.identity === '' ? '' : `${this.identity}x-loadstar-sequence: ${++this.sequence}\r\n`;
    if (this.sampling === undefined || hasOwnTrace(request.settings)) return identity;
    // One span from the call to the last byte, as the scenario sees it: redirects are parts of it.
    const trace = (request.trace ??= this.newTrace(this.sampling));
    return `${identity}traceparent: 00-${trace.id}-${trace.span}-${trace.sampled ? '01' : '00'}\r\n`;
  }

  private newTrace(sampling: number): Trace {
    const id = this.hex(traceBytes);
    // By the random digits of the id itself, at its end, so that whoever samples by the id comes to like conclusions.
    return { id, span: this.hex(spanBytes), sampled: Number.parseInt(id.slice(-8), 16) >= (1 - sampling) * 2 ** 32 };
  }

  private hex(bytes: number): string {
    if (this.taken + bytes > poolBytes) {
      randomFillSync(this.pool);
      this.taken = 0;
    }
    const from = this.taken;
    this.taken += bytes;
    return this.pool.toString('hex', from, this.taken);
  }
}

/** A scenario that continues a trace of its own is not contradicted. */
function hasOwnTrace({ headers }: BodyOptions): boolean {
  for (const name in headers) if (name.toLowerCase() === 'traceparent') return true;
  return false;
}

/** As a field value: run ids and worker names hold nothing else in practice, and nothing else must get through. */
function word(text: string): string {
  return text.replace(/[^\x21-\x7e]/g, '_');
}
