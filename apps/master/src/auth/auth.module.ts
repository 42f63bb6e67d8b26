/** Access to everything the master serves over HTTP and the live feed. */
import { type DynamicModule, Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { AccessGuard } from './access.guard.js';
import { Gatekeeper } from './gatekeeper.js';
import { LoginController } from './login.controller.js';
import type { Logger } from '@loadstar/shared';

@Module({})
export class AuthModule {
  /** @param gatekeeper shared with the HTTP hook, which lives outside Nest's container */
  static register(gatekeeper: Gatekeeper, logger: Logger): DynamicModule {
    return {
      module: AuthModule,
      global: true,
      controllers: [LoginController],
      providers: [
        { provide: Gatekeeper, useValue: gatekeeper },
        { provide: APP_GUARD, useValue: new AccessGuard(gatekeeper, logger) },
      ],
      exports: [Gatekeeper],
    };
  }
}
