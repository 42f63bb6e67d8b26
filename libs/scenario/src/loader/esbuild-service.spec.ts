import { VirtualClock } from '@loadstar/shared';
import type { BuildOptions, BuildResult } from 'esbuild';
import { type Esbuild, EsbuildService } from './esbuild-service.js';

/** Builds end when the test says so. */
function scriptedEsbuild() {
  const ends: (() => void)[] = [];
  const told: string[] = [];
  const esbuild: Esbuild = {
    build: <T extends BuildOptions>(options: T) =>
      new Promise<BuildResult<T>>((resolve, reject) => {
        told.push('build');
        ends.push(() => (options.outfile === 'bad' ? reject(new Error('bad')) : resolve({ outputFiles: [] } as never)));
      }),
    stop: () => {
      told.push('stop');
      return Promise.resolve();
    },
  };
  return { esbuild, ends, told };
}

it('ends esbuild 5 s after the last build, and never under one', async () => {
  const clock = new VirtualClock();
  const { esbuild, ends, told } = scriptedEsbuild();
  const service = new EsbuildService(() => Promise.resolve(esbuild), clock);
  const [first, second] = [service.build({}), service.build({ outfile: 'bad' })];
  const failed = expect(second).rejects.toThrow('bad');
  await clock.advance(60_000);
  ends[0]?.();
  await first;
  await clock.advance(60_000);
  expect(told).toEqual(['build', 'build']);
  ends[1]?.();
  await failed;
  await clock.advance(4_999);
  const third = service.build({});
  await clock.advance(60_000);
  ends[2]?.();
  await third;
  await clock.advance(4_999);
  expect(told).toEqual(['build', 'build', 'build']);
  await clock.advance(1);
  expect(told).toEqual(['build', 'build', 'build', 'stop']);
  expect(clock.pendingTimers).toBe(0);
});

it('builds again after esbuild was ended', async () => {
  const clock = new VirtualClock();
  const service = new EsbuildService(() => import('esbuild'), clock);
  const options = { stdin: { contents: 'export const a: number = 1', loader: 'ts' as const }, write: false as const };
  await service.build(options);
  await clock.advance(5_000);
  const { outputFiles } = await service.build(options);
  expect(outputFiles[0]?.text).toContain('const a = 1');
  await clock.advance(5_000);
});
