import { VirtualClock } from '@loadstar/shared';
import { exampleRecord } from '../store/testing/example-record.js';
import { MemoryStore } from '../store/memory-store.js';
import { RunBook } from './run-book.js';

describe('the book of runs', () => {
  const store = new MemoryStore().runs;
  let book: RunBook;
  let count = 0;
  const addRun = async (): Promise<string> => (await book.add(exampleRecord(`run${count++}`))).id;

  beforeEach(async () => {
    book = new RunBook(store, new VirtualClock());
    await book.open();
  });

  it('moves along the table of states and nowhere else', async () => {
    const id = await addRun();
    expect(await book.move(id, 'finished')).toBeUndefined();
    expect((await book.move(id, 'spawning', { startedAtMs: 5 }))?.startedAtMs).toBe(5);
    expect(book.get(id).state).toBe('spawning');
  });

  it('lets one of two contradicting moves through, in the order they were asked for', async () => {
    const id = await addRun();
    const [aborted, spawning] = await Promise.all([book.move(id, 'aborted'), book.move(id, 'spawning')]);
    expect([aborted?.state, spawning]).toEqual(['aborted', undefined]);
  });

  it('stands back when another master has taken the run over', async () => {
    const id = await addRun();
    const other = new RunBook(store, new VirtualClock());
    await other.open();
    await other.move(id, 'aborted');
    await expect(book.move(id, 'spawning')).rejects.toMatchObject({ code: 'RUN_TAKEN_OVER' });
    expect((await store.get(id))?.state).toBe('aborted');
  });

  it('forgets only runs that have ended', async () => {
    const id = await addRun();
    await expect(book.remove(id)).rejects.toMatchObject({ code: 'RUN_ACTIVE' });
    await book.move(id, 'failed');
    await book.remove(id);
    await expect(book.remove(id)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
});
