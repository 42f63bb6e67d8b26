import { locustPeer } from '../harness/locust.js';

export const peer = locustPeer('Locust FastHttpUser', 'fast.py');
