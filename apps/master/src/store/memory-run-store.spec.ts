import { MemoryRunStore } from './memory-run-store.js';
import { describeRunStore } from './run-store.contract.js';

describeRunStore('MemoryRunStore', () => Promise.resolve(new MemoryRunStore()));
