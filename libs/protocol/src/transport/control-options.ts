import { messageLimits } from '../messages/limits.js';

/** Socket.IO namespace of the control channel. */
export const controlNamespace = '/workers';

/**
 * Part of the URL by which a worker connects. The namespace only shows inside the connection; by this a master on
 * standby tells workers, which it refuses, from watchers of the live feed, which it passes on.
 */
export const workersQuery = { for: 'workers' } as const;

/**
 * What a Socket.IO server that carries the control channel must be created with: WebSocket only, no recovery of sessions
 * (it skips the authentication), no compression (snapshots are compressed already), small frames, two seconds to say
 * hello. The live feed may share the server.
 */
export const controlServerOptions = {
  transports: ['websocket' as const],
  maxHttpBufferSize: messageLimits.frameBytes,
  perMessageDeflate: false,
  connectTimeout: 2_000,
  // Bounds how long a dead connection keeps its socket; leases do not rely on it.
  pingInterval: 10_000,
  pingTimeout: 10_000,
  serveClient: false,
};
