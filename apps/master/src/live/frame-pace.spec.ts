import fc from 'fast-check';
import { nextFrameMs } from './frame-pace.js';

describe('the pace of live frames', () => {
  it('is a second without a run', () => {
    expect(nextFrameMs(0, 5)).toBe(1_000);
  });

  it('is a fifth of a second while a large fleet reports', () => {
    expect(nextFrameMs(12_345, 1_000)).toBe(150);
  });

  it('comes, from any moment, within a few even frames to just after the reports, and stays there', () => {
    fc.assert(
      fc.property(fc.double({ min: 1, max: 1e6, noNaN: true }), (startMs) => {
        let atMs = startMs;
        for (let frame = 0; frame < 3; frame++) {
          const gapMs = nextFrameMs(atMs, 100);
          expect(gapMs).toBeGreaterThanOrEqual(750);
          expect(gapMs).toBeLessThanOrEqual(1_250);
          atMs += gapMs;
        }
        expect(atMs % 1_000).toBeCloseTo(350, 3);
      }),
    );
  });
});
