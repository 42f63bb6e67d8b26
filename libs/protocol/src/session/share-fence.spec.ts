import { ShareFence } from './share-fence.js';

describe('the fence around a share', () => {
  it('closes 8 s after the last confirmed beat left, whenever its answer came', () => {
    const fence = new ShareFence(8_000, 1_000);
    expect(fence.leaseUntilMs(1_000)).toBe(9_000);
    fence.confirmed(5_000, 0);
    expect(fence.leaseUntilMs(5_900)).toBe(13_000);
    // Answers may overtake each other.
    fence.confirmed(4_000, 0);
    expect(fence.leaseUntilMs(6_000)).toBe(13_000);
  });

  it('opens at once after a silence that nobody took for a loss', () => {
    const fence = new ShareFence(8_000, 0);
    fence.confirmed(1_000, 2);
    fence.confirmed(10_500, 2);
    expect(fence.leaseUntilMs(10_510)).toBe(18_500);
  });

  it('once given up, lends nothing until a share is told and has begun to hold', () => {
    const fence = new ShareFence(8_000, 0);
    fence.confirmed(1_000, 0);
    fence.confirmed(20_000, 1);
    expect(fence.leaseUntilMs(20_010)).toBeUndefined();
    fence.confirmed(21_000, 1);
    expect(fence.leaseUntilMs(21_010)).toBeUndefined();
    fence.told(21_300);
    expect(fence.leaseUntilMs(21_200)).toBeUndefined();
    expect(fence.leaseUntilMs(21_300)).toBe(29_000);
  });

  it('takes the smaller count of a new master for what it is', () => {
    const fence = new ShareFence(8_000, 0);
    fence.confirmed(1_000, 3);
    fence.confirmed(7_000, 0);
    expect(fence.leaseUntilMs(7_010)).toBe(15_000);
  });
});
