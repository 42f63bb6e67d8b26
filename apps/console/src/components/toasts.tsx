import { useSyncExternalStore } from 'react';
import { Icon } from './icons.js';
import { Notice } from './notice.js';
import { toastStore } from './toast-store.js';

export function Toasts() {
  const toasts = useSyncExternalStore(toastStore.subscribe, toastStore.current);
  return (
    <div className="toasts" aria-live="polite" data-testid="toasts">
      {toasts.map((toast) => (
        <Notice
          key={toast.id}
          tone={toast.tone}
          action={
            <button
              type="button"
              className="button quiet icon-only"
              aria-label="Dismiss"
              onClick={() => toastStore.dismiss(toast.id)}
            >
              <Icon name="close" />
            </button>
          }
        >
          <strong>{toast.text}</strong>
          {toast.hint ? <div className="hint">{toast.hint}</div> : null}
        </Notice>
      ))}
    </div>
  );
}
