/** Turns a pasted token into a session cookie, so that the console needs no token handling of its own. */
import { Body, Controller, Get, HttpCode, Post, Req, Res } from '@nestjs/common';
import { ApiExcludeEndpoint, ApiOperation, ApiTags } from '@nestjs/swagger';
import { LoadstarError } from '@loadstar/shared';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { sessionCookie, sessionSeconds } from './credentials.js';
import { Gatekeeper } from './gatekeeper.js';
import { loginPage } from './login-page.js';
import { Public } from './roles.js';

const cookie = (value: string, seconds: number): string =>
  `${sessionCookie}=${value}; Path=/; HttpOnly; SameSite=Strict; Max-Age=${seconds}`;

@ApiTags('Locust-compatible')
@Controller()
export class LoginController {
  constructor(private readonly gatekeeper: Gatekeeper) {}

  @Public()
  @Get('login')
  @ApiOperation({ summary: 'The login page; redirects to / when no login is needed' })
  page(@Res() reply: FastifyReply): FastifyReply {
    if (this.gatekeeper.open) return reply.redirect('/', 302);
    return reply.type('text/html; charset=utf-8').send(loginPage());
  }

  @Public()
  @Post('login')
  @ApiExcludeEndpoint()
  login(
    @Body() body: Record<string, unknown> | undefined,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): FastifyReply {
    const token = typeof body?.['token'] === 'string' ? body['token'].trim() : '';
    try {
      const role = this.gatekeeper.redeem(token, this.gatekeeper.addressOf(request.raw));
      void reply.header('set-cookie', cookie(this.gatekeeper.openSession(role, token), sessionSeconds));
      return reply.redirect('/', 303);
    } catch (error) {
      if (!(error instanceof LoadstarError)) throw error;
      const problem = error.code === 'UNAUTHENTICATED' ? 'This token is not known here.' : error.message;
      return reply.status(error.entry.status).type('text/html; charset=utf-8').send(loginPage(problem));
    }
  }

  @Public()
  @Post('logout')
  @HttpCode(303)
  @ApiExcludeEndpoint()
  logout(@Req() request: FastifyRequest, @Res() reply: FastifyReply): FastifyReply {
    this.gatekeeper.closeSession(request.headers);
    return reply.header('set-cookie', cookie('', 0)).redirect('/login', 303);
  }
}
