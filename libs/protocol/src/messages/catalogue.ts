/** All messages of the control channel with what they are for: what docs/reference/protocol.md is written from. */
import {
  adjustMessage,
  bundleMessage,
  descriptionAnswer,
  doneAnswer,
  inspectMessage,
  prepareMessage,
  setupAnswer,
  setupMessage,
  startMessage,
  stopMessage,
  teardownMessage,
} from './commands.js';
import { helloMessage, welcomeMessage } from './join.js';
import { beatAnswer, beatMessage, byeMessage } from './liveness.js';
import type { MessageKind } from './parse.js';
import { examplesMessage, logMessage, snapshotAnswer, snapshotMessage, stateMessage } from './reports.js';

export interface CatalogueEntry {
  readonly message: MessageKind<unknown>;
  readonly from: 'worker' | 'master';
  readonly what: string;
  /** Left out: no answer is waited for. */
  readonly answer?: MessageKind<unknown>;
}

export const catalogue: readonly CatalogueEntry[] = [
  {
    message: helloMessage,
    from: 'worker',
    what: 'Asks to be let in; travels as the handshake of the connection, so that nothing else is read before it was judged.',
  },
  {
    message: welcomeMessage,
    from: 'master',
    what: 'Lets the worker in and gives it the timings that it has to live by.',
  },
  {
    message: beatMessage,
    from: 'worker',
    what: 'Sign of life, once a second, with how the worker does.',
    answer: beatAnswer,
  },
  {
    message: prepareMessage,
    from: 'master',
    what: 'Has the scenario loaded in all engines; runs nothing. `needs` asks for the bundle, then the command comes again.',
    answer: descriptionAnswer,
  },
  {
    message: inspectMessage,
    from: 'master',
    what: 'Has a bundle loaded aside, to learn what it declares.',
    answer: descriptionAnswer,
  },
  { message: bundleMessage, from: 'master', what: 'One part of a scenario bundle.', answer: doneAnswer },
  { message: setupMessage, from: 'master', what: 'Runs `setup()`, on one worker.', answer: setupAnswer },
  {
    message: startMessage,
    from: 'master',
    what: 'Begins the load of a share, at one instant of the master\u2019s monotonic clock for all.',
    answer: doneAnswer,
  },
  {
    message: adjustMessage,
    from: 'master',
    what: 'Changes the load, the share or both from a moment of the run on.',
    answer: doneAnswer,
  },
  {
    message: stopMessage,
    from: 'master',
    what: 'Ends the load; a final snapshot and the state `idle` follow.',
    answer: doneAnswer,
  },
  { message: teardownMessage, from: 'master', what: 'Runs `teardown()`, where `setup()` ran.', answer: doneAnswer },
  {
    message: snapshotMessage,
    from: 'worker',
    what: 'Cumulative numbers of the run, once a second. Sent again until the answer says that it is in the ledger.',
    answer: snapshotAnswer,
  },
  { message: stateMessage, from: 'worker', what: 'What the worker is doing now.' },
  { message: logMessage, from: 'worker', what: 'Log lines.' },
  {
    message: examplesMessage,
    from: 'worker',
    what: 'Once a second of a run with tracing: requests by which a bucket of a histogram leads to a trace.',
  },
  { message: byeMessage, from: 'worker', what: 'The worker leaves by itself; nothing is lost.' },
];
