/** Runs that others are compared with: by a name that was given to one of them, or by id. */
import { type Clock, LoadstarError, type RunView } from '@loadstar/shared';
import { summaryOf } from './run-account.js';
import type { RunAccounts } from './run-accounts.js';
import type { RunBook } from './run-book.js';
import type { NamedBaselines } from './run-control.js';
import type { RunBaseline } from './run-facts.js';
import { type RunRecord, toRunView } from './run-record.js';
import { isEnd } from './run-state.js';

export class RunBaselines implements NamedBaselines {
  constructor(
    private readonly book: RunBook,
    private readonly accounts: RunAccounts,
    private readonly clock: Clock,
  ) {}

  list(): RunView[] {
    const named = this.named().sort((a, b) => ((a.baselineName ?? '') < (b.baselineName ?? '') ? -1 : 1));
    return named.map(toRunView);
  }

  resolve(wanted: string): string {
    const named = this.named().find(({ baselineName }) => baselineName === wanted);
    const record = named ?? this.book.find(wanted);
    if (record && isEnd(record.state)) return record.id;
    const problem = record
      ? `the run ${wanted} has not ended`
      : `"${wanted}" is neither the name of a baseline nor the id of a run`;
    throw new LoadstarError('INVALID_INPUT', { detail: `baseline: ${problem}` }, [{ field: 'baseline', problem }]);
  }

  async put(name: string, runId: string): Promise<RunView> {
    const { state } = this.book.get(runId);
    if (!isEnd(state)) this.resolve(runId);
    for (const { id } of this.named().filter((each) => each.baselineName === name && each.id !== runId)) {
      await this.book.change(id, () => ({ baselineName: undefined }));
    }
    await this.book.change(runId, () => ({ baselineName: name }));
    return toRunView(this.book.get(runId));
  }

  async remove(name: string): Promise<void> {
    const record = this.named().find(({ baselineName }) => baselineName === name);
    if (!record) throw new LoadstarError('NOT_FOUND', { what: 'baseline', id: name });
    await this.book.change(record.id, () => ({ baselineName: undefined }));
  }

  /** What a run is compared with. @returns undefined when that run is not there any more */
  async load(runId: string | undefined): Promise<RunBaseline | undefined> {
    const record = runId === undefined ? undefined : this.book.find(runId);
    const account = record && (await this.accounts.load(record.id));
    if (!record || !account) return undefined;
    const { numbers } = account;
    return {
      label: record.baselineName ?? record.id,
      summary: summaryOf(account, this.clock),
      details: { slices: numbers.judge.sliced(), stats: numbers.stats.clone() },
    };
  }

  private named(): RunRecord[] {
    return this.book.list().filter(({ baselineName }) => baselineName !== undefined);
  }
}
