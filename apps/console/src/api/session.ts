// Who reads this page, for every component that has to know: what the platform offers, and what the reader may do.
import { createContext, useContext } from 'react';
import type { ConsoleConfig, Role } from './client.js';

export const SessionContext = createContext<ConsoleConfig | undefined>(undefined);

export interface Session {
  config: ConsoleConfig | undefined;
  /** Whether the platform wants a token. */
  auth: boolean;
  role: Role;
  may: (needed: Role) => boolean;
}

const rank: Record<Role, number> = { viewer: 0, runner: 1, admin: 2 };

export function useSession(): Session {
  const config = useContext(SessionContext);
  // A master that says no role is an open one.
  const role = config?.role ?? 'admin';
  return { config, auth: config?.auth ?? false, role, may: (needed) => rank[role] >= rank[needed] };
}

/** Why an action is not offered, in a sentence. */
export function roleWords(role: Role, needed: Role, action: string): string {
  return `You are signed in as ${role}. ${action} needs the role ${needed}.`;
}
