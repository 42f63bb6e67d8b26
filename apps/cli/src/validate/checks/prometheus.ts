/** How the checks talk to Prometheus's API. */
import { z } from 'zod';
import { type Answer, jsonOf } from '../probe.js';

const vector = z.object({
  status: z.literal('success'),
  data: z.object({
    resultType: z.string(),
    result: z.array(z.unknown()),
  }),
});
const samples = z.array(
  z.object({ metric: z.record(z.string(), z.string()), value: z.tuple([z.number(), z.string()]) }),
);

export interface Sample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** Series of an instant query's answer; undefined when it is an error. */
export function samplesOf(answer: Answer): Sample[] | undefined {
  const parsed = vector.safeParse(jsonOf(answer));
  if (!parsed.success || parsed.data.data.resultType !== 'vector') return undefined;
  return samples
    .parse(parsed.data.data.result)
    .map(({ metric, value }) => ({ labels: metric, value: Number(value[1]) }));
}

/** How many series a query finds; a scalar is one. Undefined when it is an error. */
export function countOf(answer: Answer): number | undefined {
  const parsed = vector.safeParse(jsonOf(answer));
  if (!parsed.success) return undefined;
  const { resultType, result } = parsed.data.data;
  return resultType === 'scalar' || resultType === 'string' ? 1 : result.length;
}

export const queryUrl = (base: string, query: string): string =>
  `${base}/api/v1/query?query=${encodeURIComponent(query)}`;
