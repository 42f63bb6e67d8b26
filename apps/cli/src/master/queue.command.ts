import { Argument, type Command } from 'commander';
import { ExitCode, type QueueView } from '@loadstar/shared';
import { webAddress } from '../output/argument.js';
import type { Output } from '../output/output.js';
import { addTokenOption, MasterClient, type MasterFlags } from './master-client.js';
import { exitCodes, usualMaster } from './master-command.js';

/** `loadstar queue hold|release`: whether runs that wait are given a turn. */
export function addQueueCommand(program: Command, output: Output, setExitCode: (code: number) => void): void {
  const command = program
    .command('queue')
    .description('hold the queue of a running master, so that no queued run begins, or release it')
    .addArgument(new Argument('<action>', 'what is to become of it').choices(['hold', 'release']))
    .option('--master <url>', 'address of the master', webAddress, usualMaster)
    .addHelpText('after', exitCodes('the queue is held, or released'));
  addTokenOption(command).action(async (action: 'hold' | 'release', flags: MasterFlags) => {
    const { held, waiting } = await new MasterClient(flags).post<QueueView>(`/api/v1/queue/${action}`, {});
    const count = `${waiting.length} waiting`;
    output.line(held ? `The queue is held, ${count}: ${howToRelease}.` : `The queue gives turns, ${count}.`);
    setExitCode(ExitCode.passed);
  });
}

export const howToRelease = 'no queued run begins before `loadstar queue release`';
