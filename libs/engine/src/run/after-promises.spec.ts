import { afterPromises } from './after-promises.js';

it('waits for all that a promise sets going, and not for the next turn of the loop', async () => {
  const order: string[] = [];
  const user = async (answer: Promise<void>): Promise<void> => {
    await answer;
    for (let step = 0; step < 100; step++) await Promise.resolve();
    order.push('user');
  };
  await new Promise<void>((resolve) => {
    let give = (): void => {};
    void user(new Promise((answered) => (give = answered)));
    setImmediate(() => {
      setImmediate(() => resolve(void order.push('next turn')));
      give();
      afterPromises(() => order.push('after'));
    });
  });
  expect(order).toEqual(['user', 'after', 'next turn']);
});
