/**
 * Every attempt ends in exactly one of these classes, so their sum equals the attempts that were finished. The order is
 * part of the wire format: append, never renumber.
 *
 * ok: as expected · status: unexpected status · check: a check failed on it · timeout: no full answer in time · connect:
 * no connection (DNS, TCP or TLS) · reset: the peer ended it early · protocol: the answer was not valid · blocked: refused by the allow-list
 */
export const outcomes = ['ok', 'status', 'check', 'timeout', 'connect', 'reset', 'protocol', 'blocked'] as const;

export type Outcome = (typeof outcomes)[number];

const indexes = Object.fromEntries(outcomes.map((outcome, index) => [outcome, index])) as Record<Outcome, number>;

/** Position of an outcome in `outcomes` and in `Series.counts`. */
export function outcomeIndex(outcome: Outcome): number {
  return indexes[outcome];
}
