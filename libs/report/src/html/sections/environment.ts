/** Under which conditions the numbers came about, so that they can be judged and repeated. */
import type { RunSummary } from '@loadstar/stats';
import {
  formatBytes,
  formatCount,
  formatDuration,
  formatMs,
  formatNumber,
  formatPercent,
  formatTime,
} from '../../format/numbers.js';
import { type Html, markup } from '../escape.js';

export function environmentSection(summary: RunSummary): Html {
  const { meta, iterations, connections, connect, lag } = summary;
  const facts: [string, string][] = [
    ['Run', meta.runId],
    ['Seed', meta.seed],
    ['Started', formatTime(meta.startedAt)],
    ['Ended', formatTime(meta.endedAt)],
    [
      'Counted',
      meta.countedFromMs > 0 ? `from ${formatDuration(meta.countedFromMs / 1_000)} on (reset)` : 'the whole run',
    ],
    ['User classes', meta.userClasses.join(', ')],
    ['Load', loadText(meta)],
    [
      'Iterations',
      `${formatCount(iterations.finished)} finished, ${formatCount(iterations.failed)} failed, ${formatCount(iterations.interrupted)} interrupted`,
    ],
    ['Dropped arrivals', formatCount(summary.droppedArrivals)],
    [
      'Connections',
      `${formatCount(connections.opened)} opened, ${formatCount(connections.failed)} failed, ${formatCount(connections.reusedAfterStaleClose)} retried when stale`,
    ],
    [
      'Connect time',
      connect.count === 0
        ? '–'
        : `median ${formatMs(connect.percentiles.p50)}, 99th ${formatMs(connect.percentiles.p99)}`,
    ],
    ['Generator lag', lag.count === 0 ? '–' : `99th ${formatMs(lag.percentiles.p99)}, max ${formatMs(lag.maxMs)}`],
    ['Unreported requests', meta.unreportedAtMost === 0 ? 'none' : `at most ${formatCount(meta.unreportedAtMost)}`],
    ['Loadstar', meta.loadstarVersion],
    ['Node.js', meta.nodeVersion],
    ...Object.entries(meta.environment),
  ];
  return markup`<section>
      <h2>Environment</h2>
      <dl class="card pairs">
        ${facts.map(
          ([label, value]) =>
            markup`<div>
              <dt>${label}</dt>
              <dd>${value === '' ? '–' : value}</dd>
            </div>`,
        )}
      </dl>
    </section>
    ${generatorsSection(summary)}`;
}

function generatorsSection({ generators }: RunSummary): Html | undefined {
  if (generators.length === 0) return undefined;
  return markup`<section>
    <h2>Load generators <small>last word of each</small></h2>
    <div class="scroll" role="region" aria-label="Load generators" tabindex="0">
      <table>
        <thead>
          <tr>
            <th class="text" scope="col">Worker</th>
            <th class="text" scope="col">State</th>
            <th scope="col">Engines</th>
            <th scope="col">CPU</th>
            <th scope="col">Memory</th>
            <th scope="col">Loop delay</th>
            <th scope="col">Loop busy</th>
            <th scope="col">Schedule lag</th>
            <th scope="col">Error bound</th>
          </tr>
        </thead>
        <tbody>
          ${generators.map(
            ({ worker, phase, final, health }) =>
              markup`<tr>
                <th class="text wrap" scope="row">${worker}</th>
                <td class="text">
                  <span class="pill ${final ? 'good' : 'warn'}">${final ? 'reported all' : phase}</span>
                </td>
                <td>${health.engines}</td>
                <td>${formatNumber(health.cpuPercent)}%</td>
                <td>${formatBytes(health.rssBytes)}</td>
                <td>${formatMs(health.loopLagMs)}</td>
                <td>${formatPercent(health.loopUtilisation)}</td>
                <td>${formatMs(health.scheduleLagMs)}</td>
                <td>${formatMs(health.errorBoundMs)}</td>
              </tr>`,
          )}
        </tbody>
      </table>
    </div>
  </section>`;
}

function loadText(meta: RunSummary['meta']): string {
  if (meta.shape !== null) return `shape ${meta.shape}`;
  return `${meta.targetUsers === null ? '–' : formatCount(meta.targetUsers)} users, ${meta.spawnRate ?? '–'} per second`;
}
