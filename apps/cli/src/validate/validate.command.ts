import { existsSync, readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';
import { type Command, Option } from 'commander';
import { environment, ExitCode, systemClock } from '@loadstar/shared';
import { webAddress, whole } from '../output/argument.js';
import type { Output } from '../output/output.js';
import { findPlaces, type PlaceFlags } from './places.js';
import { realProbe } from './probe.js';
import { validate } from './validate.js';
import { detailText, hasPassed, verdictText } from './verdict-text.js';

/** `loadstar validate`: whether a deployment is whole and ready for load. */
interface ValidateFlags extends PlaceFlags {
  readonly scenario?: string;
  readonly host?: string;
  readonly swarm: boolean;
  readonly all: boolean;
  readonly wait: number;
  readonly json: boolean;
}

export function addValidateCommand(program: Command, output: Output, setExitCode: (code: number) => void): void {
  program
    .command('validate')
    .description('check a deployment: containers, endpoints, metrics, dashboards, alerts, and a ten-second swarm')
    .option('--master <url>', 'address of the master (http://localhost:8089)', webAddress)
    .option('--target <url>', 'address of the sample target (http://localhost:5001)', webAddress)
    .option('--prometheus <url>', 'address of Prometheus (http://localhost:9090)', webAddress)
    .option('--grafana <url>', 'address of Grafana (http://localhost:3000)', webAddress)
    .option('--grafana-user <name>', 'who signs in to Grafana (admin)')
    .option('--grafana-password <password>', 'with what (GF_SECURITY_ADMIN_PASSWORD, else admin)')
    .addOption(new Option('--token <token>', 'token of a runner, when the master asks for one').env('LOADSTAR_TOKEN'))
    .option('--project <name>', 'name of the Compose project (COMPOSE_PROJECT_NAME, else loadstar)')
    .option('--scenario <name>', 'scenario of the swarm (the master’s own choice)')
    .option('--host <url>', 'where the swarm goes (the master’s own choice)', webAddress)
    .option('--no-swarm', 'make no load')
    .option('--wait <seconds>', 'how long to ask again what fails, in all', whole(0, 3600), 30)
    .option('--all', 'fail where a part is not there, instead of skipping it', false)
    .option('--json', 'print what was found as JSON', false)
    .action(async (flags: ValidateFlags) => setExitCode(await run(flags, output)));
}

async function run(flags: ValidateFlags, output: Output): Promise<number> {
  const file = existsSync('.env') ? parseEnv(readFileSync('.env', 'utf8')) : {};
  const findings = await validate({
    places: findPlaces(flags, { ...file, ...environment() }),
    probe: realProbe,
    clock: systemClock,
    everything: flags.all,
    swarm: flags.swarm,
    waitMs: flags.wait * 1000,
    scenario: flags.scenario,
    host: flags.host,
    // Standard output holds the verdict and nothing else, so that it can be compared and parsed.
    onFinding: (id, finding) => {
      if (!flags.json) output.error(detailText(id, finding));
    },
  });
  const passed = hasPassed(findings);
  if (flags.json) {
    output.line(JSON.stringify({ status: passed ? 'PASS' : 'FAIL', checks: findings }, undefined, 2));
  } else {
    output.error('');
    output.line(verdictText(findings));
  }
  return passed ? ExitCode.passed : ExitCode.usage;
}
