import { MemoryRunStore } from './memory-run-store.js';
import { describeRunStore } from './testing/run-store.contract.js';

describeRunStore('MemoryRunStore', () => Promise.resolve(new MemoryRunStore()));
