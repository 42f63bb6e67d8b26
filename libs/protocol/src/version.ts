/**
 * Version of the control channel's messages. Both ends must speak the same one: a run is one experiment, so mixed fleets
 * are refused at the door instead of being half understood. Raise it with every change of a message.
 */
export const protocolVersion = 4;
