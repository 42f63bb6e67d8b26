import { locustPeer } from '../harness/locust.js';

export const peer = locustPeer('Locust HttpUser', 'http.py');
