import { MemoryStore } from './memory-store.js';
import { describeStore } from './testing/store.contract.js';

describeStore('MemoryStore', () => Promise.resolve(new MemoryStore()));
