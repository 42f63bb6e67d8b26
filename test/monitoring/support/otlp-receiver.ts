// A receiver of OTLP/HTTP that keeps what it got, whether as protobuf or as JSON. Field numbers are those of
// opentelemetry-proto 1.x: https://github.com/open-telemetry/opentelemetry-proto.
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';

type Kind = 'text' | 'hex' | 'uint' | 'sint' | 'fixed64' | 'double' | 'uints' | 'fixed64s' | 'doubles' | Schema;
interface Schema {
  readonly [field: number]: readonly [name: string, kind: Kind, isList?: 'list'];
}

const anyValue: Schema = {
  1: ['stringValue', 'text'],
  2: ['boolValue', 'uint'],
  3: ['intValue', 'uint'],
  4: ['doubleValue', 'double'],
};
const attributes = ['attributes', { 1: ['key', 'text'], 2: ['value', anyValue] } as Schema, 'list'] as const;
const scope: Schema = { 1: ['name', 'text'], 2: ['version', 'text'] };
const span: Schema = {
  1: ['traceId', 'hex'],
  2: ['spanId', 'hex'],
  4: ['parentSpanId', 'hex'],
  5: ['name', 'text'],
  6: ['kind', 'uint'],
  7: ['startTimeUnixNano', 'fixed64'],
  8: ['endTimeUnixNano', 'fixed64'],
  9: attributes,
  11: ['events', { 1: ['timeUnixNano', 'fixed64'], 2: ['name', 'text'], 3: attributes }, 'list'],
  13: ['links', { 1: ['traceId', 'hex'], 2: ['spanId', 'hex'] }, 'list'],
  15: ['status', { 2: ['message', 'text'], 3: ['code', 'uint'] }],
};
const numberPoint: Schema = {
  7: attributes,
  2: ['startTimeUnixNano', 'fixed64'],
  3: ['timeUnixNano', 'fixed64'],
  4: ['asDouble', 'double'],
};
const histogramPoint: Schema = {
  9: attributes,
  2: ['startTimeUnixNano', 'fixed64'],
  3: ['timeUnixNano', 'fixed64'],
  4: ['count', 'fixed64'],
  5: ['sum', 'double'],
  6: ['bucketCounts', 'fixed64s'],
  7: ['explicitBounds', 'doubles'],
};
const buckets: Schema = { 1: ['offset', 'sint'], 2: ['bucketCounts', 'uints'] };
const exponentialPoint: Schema = {
  1: attributes,
  4: ['count', 'fixed64'],
  5: ['sum', 'double'],
  6: ['scale', 'sint'],
  7: ['zeroCount', 'fixed64'],
  8: ['positive', buckets],
  12: ['min', 'double'],
  13: ['max', 'double'],
};
const metric: Schema = {
  1: ['name', 'text'],
  2: ['description', 'text'],
  3: ['unit', 'text'],
  5: ['gauge', { 1: ['dataPoints', numberPoint, 'list'] }],
  7: [
    'sum',
    { 1: ['dataPoints', numberPoint, 'list'], 2: ['aggregationTemporality', 'uint'], 3: ['isMonotonic', 'uint'] },
  ],
  9: ['histogram', { 1: ['dataPoints', histogramPoint, 'list'], 2: ['aggregationTemporality', 'uint'] }],
  10: ['exponentialHistogram', { 1: ['dataPoints', exponentialPoint, 'list'], 2: ['aggregationTemporality', 'uint'] }],
};
const requests: Record<string, Schema> = {
  '/v1/traces': {
    1: [
      'resourceSpans',
      {
        1: ['resource', { 1: attributes }],
        2: ['scopeSpans', { 1: ['scope', scope], 2: ['spans', span, 'list'] }, 'list'],
      },
      'list',
    ],
  },
  '/v1/metrics': {
    1: [
      'resourceMetrics',
      {
        1: ['resource', { 1: attributes }],
        2: ['scopeMetrics', { 1: ['scope', scope], 2: ['metrics', metric, 'list'] }, 'list'],
      },
      'list',
    ],
  },
};

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- decoded messages are looked at by field
type Message = any;

/** Decodes one message. Throws on anything that is not in the schema's form. */
function decode(bytes: Buffer, schema: Schema): Message {
  const message: Message = {};
  let at = 0;
  const varint = (): bigint => {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const octet = bytes[at++];
      if (octet === undefined) throw new Error('the message ends within a number');
      value |= BigInt(octet & 127) << shift;
      if (octet < 128) return value;
    }
  };
  const scalar = (kind: Kind): unknown => {
    if (kind === 'uint') return Number(varint());
    if (kind === 'sint') {
      const value = varint();
      return Number((value >> 1n) ^ -(value & 1n));
    }
    at += 8;
    return kind === 'double' ? bytes.readDoubleLE(at - 8) : Number(bytes.readBigUInt64LE(at - 8));
  };
  while (at < bytes.length) {
    const tag = Number(varint());
    const [name, kind, isList] = schema[tag >> 3] ?? [];
    const wire = tag & 7;
    let value: unknown;
    if (wire === 2) {
      const length = Number(varint());
      const part = bytes.subarray(at, at + length);
      if (typeof kind === 'string' && kind.endsWith('s')) {
        const end = at + length;
        const list: unknown[] = [];
        while (at < end) list.push(scalar(kind.slice(0, -1) as Kind));
        value = list;
      } else {
        at += length;
        value =
          kind === 'hex' ? part.toString('hex') : typeof kind === 'object' ? decode(part, kind) : part.toString('utf8');
      }
    } else if (wire === 5) at += 4;
    else value = scalar(wire === 0 ? (kind === 'sint' ? 'sint' : 'uint') : kind === 'double' ? 'double' : 'fixed64');
    if (name === undefined) continue;
    if (isList) (message[name] ??= []).push(value);
    else message[name] = value;
  }
  return message;
}

export interface ReceivedSpan {
  readonly service: string;
  readonly name: string;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId: string | undefined;
  /** 1 internal, 2 server, 3 client. */
  readonly kind: number;
  readonly startMs: number;
  readonly endMs: number;
  readonly attributes: Record<string, unknown>;
  readonly events: { name: string; attributes: Record<string, unknown> }[];
  readonly links: { traceId: string; spanId: string }[];
  readonly isError: boolean;
}

export interface ReceivedPoint {
  readonly service: string;
  readonly resource: Record<string, unknown>;
  readonly attributes: Record<string, unknown>;
  /** The point as it came: `asDouble`, or the fields of a histogram. */
  readonly point: Message;
  readonly unit: string;
  readonly form: 'gauge' | 'sum' | 'histogram' | 'exponentialHistogram';
}

const plain = (list: Message[] = []): Record<string, unknown> =>
  Object.fromEntries(list.map(({ key, value }) => [key, Object.values(value ?? {})[0]]));

export class OtlpReceiver {
  readonly spans: ReceivedSpan[] = [];
  /** Newest points of each metric, by its name. */
  readonly metrics = new Map<string, ReceivedPoint[]>();
  readonly contentTypes = new Set<string>();
  readonly headers: Record<string, unknown>[] = [];
  private readonly newest = new Map<string, Map<string, ReceivedPoint>>();
  private constructor(private readonly server: Server) {}

  static async listen(): Promise<OtlpReceiver> {
    const server = createServer();
    const receiver = new OtlpReceiver(server);
    server.on('request', (request, response) => {
      const pieces: Buffer[] = [];
      request.on('data', (piece: Buffer) => pieces.push(piece));
      request.on('end', () => {
        const type = String(request.headers['content-type']);
        const body = Buffer.concat(pieces);
        const bytes = request.headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body;
        receiver.contentTypes.add(type);
        receiver.headers.push(request.headers);
        const schema = requests[request.url ?? ''];
        if (!schema) {
          response.writeHead(404).end();
          return;
        }
        receiver.take(type.includes('json') ? JSON.parse(bytes.toString('utf8')) : decode(bytes, schema));
        response.writeHead(200, { 'content-type': type }).end(type.includes('json') ? '{}' : '');
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return receiver;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  /** The newest value of a metric's points that have these attributes, summed. */
  value(name: string, wanted: Record<string, string> = {}): number {
    const points = (this.metrics.get(name) ?? []).filter(({ attributes: has }) =>
      Object.entries(wanted).every(([key, value]) => has[key] === value),
    );
    return points.reduce((sum, { point }) => sum + Number(point.asDouble), 0);
  }

  private take({ resourceSpans = [], resourceMetrics = [] }: Message): void {
    for (const { resource, scopeSpans } of resourceSpans) {
      const service = String(plain(resource.attributes)['service.name']);
      for (const { spans } of scopeSpans) for (const each of spans) this.spans.push(readSpan(service, each));
    }
    for (const { resource, scopeMetrics } of resourceMetrics) {
      const facts = plain(resource.attributes);
      for (const { metrics } of scopeMetrics) for (const each of metrics ?? []) this.takeMetric(facts, each);
    }
  }

  private takeMetric(resource: Record<string, unknown>, { name, unit = '', ...rest }: Message): void {
    const form = (['gauge', 'sum', 'histogram', 'exponentialHistogram'] as const).find((each) => rest[each]);
    if (!form) throw new Error(`${name} has no data`);
    const newest = this.newest.get(name) ?? new Map<string, ReceivedPoint>();
    this.newest.set(name, newest);
    const instance = String(resource['service.instance.id']);
    for (const point of rest[form].dataPoints) {
      const has = plain(point.attributes);
      const service = String(resource['service.name']);
      newest.set(JSON.stringify([instance, has]), { service, resource, attributes: has, point, unit, form });
    }
    this.metrics.set(name, [...newest.values()]);
  }
}

function readSpan(service: string, each: Message): ReceivedSpan {
  return {
    service,
    name: each.name,
    traceId: each.traceId,
    spanId: each.spanId,
    parentSpanId: each.parentSpanId,
    kind: each.kind,
    startMs: Number(each.startTimeUnixNano) / 1e6,
    endMs: Number(each.endTimeUnixNano) / 1e6,
    attributes: plain(each.attributes),
    events: (each.events ?? []).map((event: Message) => ({ name: event.name, attributes: plain(event.attributes) })),
    links: each.links ?? [],
    isError: each.status?.code === 2,
  };
}
