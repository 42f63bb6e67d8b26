import type { Command } from 'commander';
import { ExitCode } from '@loadstar/shared';
import { webAddress } from '../output/argument.js';
import type { Output } from '../output/output.js';
import { addTokenOption, MasterClient, type MasterFlags } from './master-client.js';
import { exitCodes, usualMaster } from './master-command.js';
import { askStatus, statusText } from './platform-status.js';

interface StatusFlags extends MasterFlags {
  readonly json: boolean;
}

/** `loadstar status`: what a master, its workers and its runs are at. */
export function addStatusCommand(program: Command, output: Output, setExitCode: (code: number) => void): void {
  const command = program
    .command('status')
    .description('tell what a running master is at: its role, its workers, active runs with their numbers, the queue')
    .option('--master <url>', 'address of the master', webAddress, usualMaster)
    .option('--json', 'print it as JSON', false)
    .addHelpText('after', exitCodes('the master has answered, whatever it is at'));
  addTokenOption(command).action(async (flags: StatusFlags) => {
    const status = await askStatus(new MasterClient(flags), flags.master);
    output.line(flags.json ? JSON.stringify(status, undefined, 2) : statusText(status, output));
    setExitCode(ExitCode.passed);
  });
}
