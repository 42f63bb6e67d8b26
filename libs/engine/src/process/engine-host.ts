import {
  describeScenario,
  type HttpSettings,
  installScenarioApi,
  installScenarioRuntime,
  readScenario,
  type ScenarioDefinition,
  type SetupContext,
} from '@loadstar/scenario';
import { importBundle } from '@loadstar/scenario/loader';
import {
  type Clock,
  type Logger,
  LoadstarError,
  newId,
  readParameters,
  type RunPlan,
  SeededRandom,
  sleep,
  toWireError,
} from '@loadstar/shared';
import { encodeSnapshot } from '@loadstar/stats';
import { HttpEngine } from '../http/http-engine.js';
import { checkTlsSettings } from '../http/tls-settings.js';
import { RunRecorder } from '../record/run-recorder.js';
import { messageOf, tracebackOf } from '../record/traceback.js';
import { Engine } from '../run/engine.js';
import type { EngineStart } from '../run/engine-options.js';
import { checkPlan } from './check-plan.js';
import { machineNowMs } from './machine-clock.js';
import type { Command, Event, LoadCommand, Loaded, Order, Question } from './messages.js';
import { ProcessHealth } from './process-health.js';
import { hasArrivals, rehearse } from './rehearsal.js';
import { TracedExchanges } from './traced-exchanges.js';

export interface EngineHostOptions {
  readonly clock: Clock;
  /** Folder where the bundle may be written for the moment of loading. */
  readonly folder: string;
  readonly send: (event: Event) => void;
}

interface LoadedScenario {
  readonly definition: ScenarioDefinition;
  readonly plan: RunPlan | undefined;
  readonly engine: string;
}

/**
 * The child's side of an engine process: carries out what the pool asks for. It loads one scenario and runs it once; a
 * new run gets a new process, so that nothing a scenario leaves behind reaches the next.
 */
export class EngineHost {
  private readonly incarnation = newId();
  private readonly logger: Logger;
  private scenario: LoadedScenario | undefined;
  private engine: Engine | undefined;
  private seq = 0;

  constructor(private readonly options: EngineHostOptions) {
    const log = (level: 'debug' | 'info' | 'warn' | 'error') => (facts: object, message: string) =>
      options.send({ kind: 'log', level, facts, message });
    this.logger = { debug: log('debug'), info: log('info'), warn: log('warn'), error: log('error') };
    installScenarioApi();
  }

  async handle(command: Command): Promise<void> {
    if ('id' in command) {
      try {
        this.options.send({ kind: 'answer', id: command.id, value: await this.answer(command) });
      } catch (error) {
        this.options.send({ kind: 'problem', id: command.id, problem: toWireError(error) });
      }
      return;
    }
    try {
      this.obey(command);
    } catch (error) {
      const detail = [messageOf(error), tracebackOf(error)].filter((part) => part !== '').join('\n');
      const problem = error instanceof LoadstarError ? error : new LoadstarError('SCENARIO_THREW', { detail });
      this.options.send({ kind: 'failed', problem: toWireError(problem) });
    }
  }

  /** Counts what scenario code threw where nobody could catch it, such as in a promise that is not awaited. */
  escaped(error: unknown): void {
    const message = this.engine ? this.engine.recorder.exception(error, 'not awaited') : messageOf(error);
    if (!this.engine) this.logger.warn({ error: message }, 'scenario code threw outside of any task');
  }

  private async answer(question: Question): Promise<unknown> {
    switch (question.kind) {
      case 'load':
        return this.load(question);
      case 'setup':
        return this.hook('setup', ({ setup }, context) => setup?.(context));
      case 'teardown':
        return this.hook('teardown', ({ teardown }, context) => teardown?.(question.data, context));
    }
  }

  private obey(order: Order): void {
    switch (order.kind) {
      case 'start':
        this.start(order.start);
        return;
      case 'adjust':
        this.engine?.adjust(order.adjustment);
        return;
      case 'lease':
        this.engine?.lease(this.options.clock.nowMs() + order.untilMachineMs - machineNowMs());
        return;
      case 'stop':
        void this.engine?.stop(order.graceMs, order.reason);
        return;
    }
  }

  private async load({ code, plan, engine }: LoadCommand): Promise<Loaded> {
    const { clock, folder } = this.options;
    installScenarioRuntime({
      random: new SeededRandom(`${plan?.seed ?? 'inspect'}/process/${engine}`),
      sleep: (seconds) => sleep(clock, seconds * 1000),
    });
    const definition = readScenario(await importBundle(code, folder), plan?.scenario);
    checkTlsSettings(definition);
    if (plan) checkPlan(plan, definition);
    if (plan && hasArrivals(plan)) await rehearse(clock);
    this.scenario = { definition, plan, engine };
    return {
      description: describeScenario(definition, plan === undefined),
      hasSetup: definition.setup !== undefined,
      hasTeardown: definition.teardown !== undefined,
    };
  }

  /** Runs a run-once hook. Its requests are not part of the load and are not counted. */
  private async hook(
    name: 'setup' | 'teardown',
    call: (definition: ScenarioDefinition, context: SetupContext) => unknown,
  ): Promise<unknown> {
    const { definition, plan } = this.loadedRun();
    const { clock } = this.options;
    const http = new HttpEngine({ clock, limits: plan.limits });
    const recorder = new RunRecorder(clock).forClass(name);
    try {
      const host = definition.host && !plan.host ? definition.host : plan.host;
      const client = http.client(host, recorder, hookSettings(definition, plan));
      const random = new SeededRandom(`${plan.seed}/${name}`);
      const result = await call(definition, {
        host: plan.host,
        http: client,
        random,
        parameters: readParameters(plan.parameters ?? {}, definition.parameters).values,
        sleep: (seconds) => sleep(clock, seconds * 1000),
      });
      // Plain data only: what cannot be cloned fails here, with a message that names it.
      return structuredClone(result);
    } catch (error) {
      const detail = [`${name}: ${messageOf(error)}`, tracebackOf(error)].filter((part) => part !== '').join('\n');
      throw new LoadstarError('SETUP_FAILED', { detail });
    } finally {
      http.close();
    }
  }

  private start(start: EngineStart): void {
    const { definition, plan, engine: name } = this.loadedRun();
    const { clock } = this.options;
    if (this.engine) return;
    const traced = new TracedExchanges(clock, this.logger);
    const http = new HttpEngine({
      clock,
      limits: plan.limits,
      identify: plan.identify ? { run: plan.runId, worker: name } : undefined,
      traceSampling: plan.traceSampling,
      onTraced: (exchange) => traced.add(exchange),
    });
    const health = new ProcessHealth(clock, () => http.takeErrorBound());
    this.engine = new Engine({
      definition,
      plan,
      clock,
      logger: this.logger,
      clients: (recorder) => ({ client: (baseUrl, settings) => http.client(baseUrl, recorder, settings) }),
      health: (scheduleLagMs, spunMs) => health.sample(scheduleLagMs, spunMs),
      onPoll: () => http.polled(),
      onPause: (paused) => http.pause(paused),
      onStatus: (status, stats) => {
        http.flush();
        const header = { ...status, runId: plan.runId, worker: name, incarnation: this.incarnation, seq: ++this.seq };
        const batch = traced.take();
        if (batch) this.options.send({ kind: 'traced', batch });
        this.options.send({ kind: 'snapshot', bytes: encodeSnapshot(header, stats) });
        if (!status.final) return;
        http.close();
        health.close();
      },
    });
    this.engine.start(start);
  }

  private loadedRun(): LoadedScenario & { readonly plan: RunPlan } {
    const { scenario } = this;
    if (!scenario?.plan) throw new LoadstarError('INVALID_INPUT', { detail: 'no run has been prepared' });
    return { ...scenario, plan: scenario.plan };
  }
}

/**
 * How hooks reach the target: with certificates and proxy of the run's users, those of the first class that says
 * anything of the two and asks the run's host.
 */
function hookSettings({ userClasses }: ScenarioDefinition, plan: RunPlan): HttpSettings | undefined {
  const runs = (name: string): boolean => plan.userClasses.length === 0 || plan.userClasses.includes(name);
  const says = (http: HttpSettings | undefined): boolean => http?.tls !== undefined || http?.proxy !== undefined;
  const settings = userClasses.find(({ name, host, http }) => says(http) && host === undefined && runs(name))?.http;
  return settings && { tls: settings.tls, proxy: settings.proxy };
}
