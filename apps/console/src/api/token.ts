// The bearer token of this browser tab. It lives in sessionStorage: gone with the tab, never in a link.

const key = 'loadstar.token';
type Listener = () => void;

let asked = false;
const askListeners = new Set<Listener>();
const changeListeners = new Set<Listener>();

function announce(listeners: Set<Listener>): void {
  for (const listener of listeners) listener();
}

export const token = {
  read: (): string | null => {
    return sessionStorage.getItem(key);
  },
  write: (value: string): void => {
    sessionStorage.setItem(key, value);
    asked = false;
    announce(askListeners);
    announce(changeListeners);
  },
  /** Has the page ask the reader for a token. */
  ask: (): void => {
    if (asked) return;
    asked = true;
    announce(askListeners);
  },
  dismiss: (): void => {
    asked = false;
    announce(askListeners);
  },
  isAsked: (): boolean => {
    return asked;
  },
  /** @returns the function that ends the subscription */
  onAsk: (listener: Listener): (() => void) => {
    askListeners.add(listener);
    return () => askListeners.delete(listener);
  },
  onChange: (listener: Listener): (() => void) => {
    changeListeners.add(listener);
    return () => changeListeners.delete(listener);
  },
};
