import { useSyncExternalStore } from 'react';
import { liveFeed } from './live-feed.js';
import type { LiveSnapshot } from './live-model.js';

/** The page's view of the platform; renders again with every frame. */
export function useLive(): LiveSnapshot {
  return useSyncExternalStore(liveFeed.subscribe, liveFeed.current);
}
