import {
  createLogger,
  describeScenarioLoad,
  ExitCode,
  formatRunTime,
  type LoadPlan,
  type RunPlan,
  systemClock,
} from '@loadstar/shared';
import { renderComparison, renderJson, renderText } from '@loadstar/report';
import { bundleScenario } from '@loadstar/scenario/loader';
import type { Output } from '../output/output.js';
import { reportError } from '../output/report-error.js';
import { createLiveView, type LiveView } from './live-view.js';
import { findBaseline, saveBaseline } from '../baseline/baseline-files.js';
import { writeReportFiles } from '../report/report-files.js';
import { openRunTracing } from './run-tracing.js';
import { planRun, type RunFlags, unusedNumbers } from './run-settings.js';
import { RunSession } from './run-session.js';
import type { SessionResult } from './session-result.js';

/**
 * Runs a scenario file to its end, shows it, and writes what was asked for.
 * @returns the exit code
 * @throws LoadstarError when the run could not be started
 */
export async function runScenario(file: string, flags: RunFlags, output: Output): Promise<number> {
  const bundle = await bundleScenario(file);
  const baseline = flags.baseline === undefined ? undefined : await findBaseline(flags.baseline);
  const view = createLiveView(output, flags.quiet);
  const logger = createLogger('run', 'warn');
  const tracing = await openRunTracing(systemClock, logger);
  const session = new RunSession({
    clock: systemClock,
    logger,
    processes: flags.processes,
    onNumbers: (numbers) => view.show(numbers),
    onTrouble: (text) => view.note(output.colour.yellow(text)),
    onTraced: (batch, plan) => tracing?.requests(batch, plan),
    baseline,
  });
  const release = stopOnSignal(session, view);
  try {
    const plan = planRun(flags, bundle, await session.inspect(bundle.code));
    if (!flags.quiet) announce(plan, flags, output);
    const result = await session.run(plan, bundle.code);
    view.end();
    tracing?.ended(plan, result.summary);
    return await conclude(result, flags, output);
  } finally {
    view.end();
    release();
    await session.close();
    await tracing?.close();
  }
}

function announce(plan: RunPlan, flags: RunFlags, output: Output): void {
  const { load } = plan;
  const endless = load.kind === 'users' ? ', until Ctrl-C' : '';
  const until = load.runTimeMs === undefined ? endless : `, for ${formatRunTime(load.runTimeMs / 1000)}`;
  const engines = `${flags.processes} engine process${flags.processes === 1 ? '' : 'es'}`;
  output.error(
    `${output.colour.bold(plan.scenario)} against ${plan.host}: ${sayLoad(load)}${until}, ${engines}, seed ${plan.seed}`,
  );
  const unused = unusedNumbers(flags, load);
  if (unused !== undefined) output.error(output.colour.yellow(unused));
}

function sayLoad(load: LoadPlan): string {
  if (load.kind === 'shape') return `shape ${load.shape}`;
  if (load.kind === 'users') return `${load.users} users, ${load.spawnRate}/s`;
  return load.scenarios.map(describeScenarioLoad).join('; ');
}

/** The first signal drains and still reports; the second leaves at once. */
function stopOnSignal(session: RunSession, view: LiveView): () => void {
  let asked = false;
  const onSignal = (): void => {
    if (asked) process.exit(ExitCode.stoppedBySignal);
    asked = true;
    view.note('Stopping: what is in flight may finish. Ctrl-C again leaves at once, without a report.');
    session.stop();
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
  return () => {
    process.off('SIGINT', onSignal);
    process.off('SIGTERM', onSignal);
  };
}

async function conclude(result: SessionResult, flags: RunFlags, output: Output): Promise<number> {
  const { summary, points, details, judgement } = result;
  const look = { colour: output.colour.isColorSupported, width: output.width };
  if (flags.json === true) output.line(renderJson(summary, points, details).trimEnd());
  else if (!flags.quiet) {
    output.line(renderText(summary, look));
    if (summary.comparison) output.line(renderComparison(summary.comparison, look));
  }
  if (judgement.verdict !== 'passed' && flags.quiet) for (const reason of judgement.reasons) output.error(reason);
  try {
    const { html, csv, junit, markdown, hlog, text } = flags;
    const json = flags.json === true ? undefined : flags.json;
    const asked = { html, json, csv, junit, markdown, hlog, text };
    const written = await writeReportFiles(asked, summary, points, details);
    if (flags.saveBaseline !== undefined) {
      const { verdict } = judgement;
      if (verdict === 'passed') written.push(await saveBaseline(flags.saveBaseline, result));
      else output.error(`Not saved as baseline "${flags.saveBaseline}": the run is ${verdict}`);
    }
    if (!flags.quiet) for (const file of written) output.error(`Wrote ${file}`);
  } catch (error) {
    const code = reportError(error, output);
    return judgement.exitCode === ExitCode.passed ? code : judgement.exitCode;
  }
  return judgement.exitCode;
}
