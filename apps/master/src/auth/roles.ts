/** Who may do what, said beside each handler. A handler that says nothing is for admins: closed by default. */
import { SetMetadata } from '@nestjs/common';
import type { Role } from '../config/master-config.js';

export const accessKey = 'loadstar:access';

/** A handler's rule: the least role that may call it, or `public`. */
export type Access = Role | 'public';

/**
 * The least role that may call the handler. Whatever needs more than `viewer` counts as a state change and is refused
 * to other sites' pages, whatever its verb.
 */
export const Needs = (role: Role): MethodDecorator & ClassDecorator => SetMetadata(accessKey, role);

/** Anybody may call the handler, with or without a token. */
export const Public = (): MethodDecorator & ClassDecorator => SetMetadata(accessKey, 'public' satisfies Access);

const rank: Record<Role, number> = { viewer: 0, runner: 1, admin: 2 };

/** Whether a holder of `role` may do what needs `needed`. */
export const covers = (role: Role, needed: Role): boolean => rank[role] >= rank[needed];
