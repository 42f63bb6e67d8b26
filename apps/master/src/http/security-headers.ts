/** Response headers that keep a browser from doing more with our pages than they need. */
import helmet from '@fastify/helmet';
import type { FastifyReply, FastifyRequest } from 'fastify';

/** The console: own files only, no inline script, no frame around it. */
export const consolePolicy =
  "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; font-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

/** Swagger UI and the login page carry inline styles. */
const inlineStylePolicy = consolePolicy.replace("style-src 'self'", "style-src 'self' 'unsafe-inline'");

/** bull-board finds its files by a base element. */
const boardPolicy = inlineStylePolicy.replace("base-uri 'none'", "base-uri 'self'");

/** A report is one file with its script inside; the sandbox gives it no origin, so it can reach nothing of ours. */
export const reportPolicy =
  "sandbox allow-scripts allow-downloads; default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data:; font-src data:";

/**
 * All of helmet but two: the policy is chosen by path below, and transport security is for the proxy that speaks TLS.
 */
export const helmetOptions: Parameters<typeof helmet>[1] = {
  contentSecurityPolicy: false,
  strictTransportSecurity: false,
  // Reports have no origin of their own, so pages cannot agree on it and browsers would complain.
  originAgentCluster: false,
  frameguard: { action: 'deny' },
  referrerPolicy: { policy: 'same-origin' },
};

/** Sets the content security policy by path, before any handler, which may still replace it. */
export function policyHook(request: FastifyRequest, reply: FastifyReply, done: () => void): void {
  const path = request.url.split('?', 1)[0] ?? '';
  const styled = path === '/login' || path === '/api' || path.startsWith('/api/swagger') || path === '/api/';
  const own = styled ? inlineStylePolicy : consolePolicy;
  void reply.header('content-security-policy', path.startsWith('/api/queue-board') ? boardPolicy : own);
  if (path.startsWith('/api/v1') || path.startsWith('/stats')) void reply.header('cache-control', 'no-store');
  done();
}
