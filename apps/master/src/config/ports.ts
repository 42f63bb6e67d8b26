/** Names under which Nest's container knows the ports that are interfaces and so cannot be their own names. */
export const clockPort = Symbol('Clock');
export const loggerPort = Symbol('Logger');
