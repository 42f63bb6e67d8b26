/** Puts the HTTP side together: limits, access, headers, errors, faces, console. Listens to nothing yet. */
import compress from '@fastify/compress';
import helmet from '@fastify/helmet';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Server } from 'socket.io';
import { serveOpenApi } from '../api/open-api.js';
import type { Telemetry } from '@loadstar/telemetry';
import { callSpans } from '../telemetry/call-spans.js';
import { AppModule, type MasterParts } from '../app.module.js';
import { accessHook } from '../auth/access-hook.js';
import { Gatekeeper } from '../auth/gatekeeper.js';
import { consoleFiles } from '../console/console-files.js';
import { SocketAdapter } from '../live/socket-adapter.js';
import { bodyLimitBytes } from './known-error.js';
import { NestLogger } from './nest-logger.js';
import { type Duty } from '../leadership/duty.js';
import { passUpgradesOn, standbyHook } from '../leadership/standby-hook.js';
import { ProblemFilter } from './problem.filter.js';
import { RouteBook } from './route-book.js';
import { helmetOptions, policyHook } from './security-headers.js';
import { inputPipe } from './validation.js';

/** Smaller answers cost more to compress than to send, bytes. */
const compressFromBytes = 1024;

export interface AppParts extends MasterParts {
  /** Where the console's build lies. */
  readonly consoleDir: string;
  /** While it does not serve, calls are passed on to the master that leads; left out, it serves always. */
  readonly duty?: Duty;
  /** Where spans of calls go; default: nowhere. */
  readonly telemetry?: Telemetry | undefined;
  /** Called once with the Socket.IO server, before anything listens. */
  readonly onSocketServer?: (io: Server, gatekeeper: Gatekeeper) => void;
  /** Called once before the routes are closed, for what is served beside Nest. */
  readonly extend?: (app: NestFastifyApplication, gatekeeper: Gatekeeper) => Promise<void>;
}

export interface MasterApp {
  readonly app: NestFastifyApplication;
  readonly routes: RouteBook;
}

export async function createApp(parts: AppParts): Promise<MasterApp> {
  const { config, logger, clock, duty } = parts;
  const gatekeeper = new Gatekeeper(config, clock, () => duty?.termKey);
  const routes = new RouteBook();
  const adapter = new FastifyAdapter({ bodyLimit: bodyLimitBytes, forceCloseConnections: true });
  const fastify = adapter.getInstance();
  routes.watch(fastify);
  // Headers before access, so that refusals carry them too.
  await fastify.register(helmet, helmetOptions);
  fastify.addHook('onRequest', policyHook);
  if (parts.telemetry?.isTracing) fastify.addHook('onResponse', callSpans(parts.telemetry, clock));
  let endPassedOn = (): void => {};
  if (duty) {
    fastify.addHook('onRequest', standbyHook(duty, gatekeeper));
    // The server waits for them when it closes, and nobody else knows them.
    fastify.addHook('preClose', async () => endPassedOn());
  }
  fastify.addHook('onRequest', accessHook(gatekeeper));
  const app = await NestFactory.create<NestFastifyApplication>(AppModule.register(parts, gatekeeper), adapter, {
    logger: new NestLogger(logger),
    abortOnError: false,
    forceCloseConnections: true,
  });
  await app.register(compress, { threshold: compressFromBytes });
  await app.register(consoleFiles(parts.consoleDir));
  await parts.extend?.(app, gatekeeper);
  const onSocketServer = (io: Server): void => {
    if (duty) endPassedOn = passUpgradesOn(app.getHttpServer(), duty, gatekeeper);
    parts.onSocketServer?.(io, gatekeeper);
  };
  app.useGlobalPipes(inputPipe());
  app.useGlobalFilters(new ProblemFilter(routes, logger));
  app.useWebSocketAdapter(new SocketAdapter(app, gatekeeper, clock, onSocketServer));
  serveOpenApi(app);
  await app.init();
  return { app, routes };
}
