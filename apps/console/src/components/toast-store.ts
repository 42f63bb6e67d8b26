// Short messages about what was just done. Good news leaves by itself; a failure stays until it is read.
import type { NoticeTone } from './notice.js';

export interface Toast {
  id: number;
  tone: NoticeTone;
  text: string;
  hint: string;
}

const goodNewsMs = 4000;

let toasts: readonly Toast[] = [];
let nextId = 1;
const listeners = new Set<() => void>();

function publish(next: readonly Toast[]): void {
  toasts = next;
  for (const listener of listeners) listener();
}

export const toastStore = {
  subscribe: (listener: () => void): (() => void) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  },
  current: (): readonly Toast[] => toasts,
  show: (tone: NoticeTone, text: string, hint = ''): void => {
    const toast = { id: nextId++, tone, text, hint };
    publish([...toasts.filter((other) => other.text !== text), toast].slice(-4));
    if (tone === 'good') setTimeout(() => toastStore.dismiss(toast.id), goodNewsMs);
  },
  dismiss: (id: number): void => {
    publish(toasts.filter((toast) => toast.id !== id));
  },
};
