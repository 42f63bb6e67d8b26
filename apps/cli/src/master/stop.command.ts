import type { Command } from 'commander';
import { ExitCode, type StopAllBody, type StoppedView } from '@loadstar/shared';
import { webAddress, whole } from '../output/argument.js';
import type { Output } from '../output/output.js';
import { addTokenOption, MasterClient, type MasterFlags } from './master-client.js';
import { exitCodes, usualMaster } from './master-command.js';
import { howToRelease } from './queue.command.js';

interface StopFlags extends MasterFlags {
  readonly grace?: number;
  readonly holdQueue: boolean;
}

const longestGraceSeconds = 3_600;

/** `loadstar stop`: all active runs of a master end, and what is being started does not begin. */
export function addStopCommand(program: Command, output: Output, setExitCode: (code: number) => void): void {
  const command = program
    .command('stop')
    .description('stop all active runs of a running master, and call off what it is about to start')
    .option('--master <url>', 'address of the master', webAddress, usualMaster)
    .option(
      '--grace <seconds>',
      'time that iterations may take to end, 0 interrupts them (default: as planned)',
      whole(0, longestGraceSeconds),
    )
    .option('--hold-queue', 'let no queued run begin until the queue is released', false)
    .addHelpText('after', exitCodes('the stops have begun, or there was nothing to stop'));
  addTokenOption(command).action(async (flags: StopFlags) => {
    const { grace, holdQueue } = flags;
    const body: StopAllBody = { ...(grace === undefined ? {} : { graceMs: grace * 1_000 }), holdQueue };
    const stopped = await new MasterClient(flags).post<StoppedView>('/api/v1/stop', body);
    for (const line of stoppedLines(stopped)) output.line(line);
    setExitCode(ExitCode.passed);
  });
}

function stoppedLines({ runs, calledOff, queueHeld }: StoppedView): string[] {
  const lines = [
    ...runs.map(
      ({ id, scenario, state }) => `Run ${id} (${scenario}) is ${state === 'preparing' ? 'called off' : state}.`,
    ),
    ...calledOff.map((id) => `The start of run ${id} was called off.`),
  ];
  if (lines.length === 0) lines.push('Nothing was running.');
  if (queueHeld) lines.push(`The queue is held: ${howToRelease}.`);
  return lines;
}
