// Single keys that act anywhere but in a field. They can be turned off, as WCAG 2.1.4 wants of them.
import { useEffect, useRef, useState } from 'react';
import { Dialog } from './components/dialog.js';
import { isBoolean, useRemembered } from './storage.js';

export interface Shortcut {
  key: string;
  about: string;
  act: () => void;
}

const typing = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement &&
  (target.isContentEditable || /^(TEXTAREA|SELECT)$/.test(target.tagName) || isTextInput(target));

function isTextInput(element: HTMLElement): boolean {
  return element instanceof HTMLInputElement && !['checkbox', 'radio', 'button', 'submit'].includes(element.type);
}

/** @returns the help dialog, to be drawn somewhere, and what opens it */
export function useShortcuts(shortcuts: readonly Shortcut[]) {
  const [helping, setHelping] = useState(false);
  const [on, setOn] = useRemembered('shortcuts', true, isBoolean);
  const known = useRef(shortcuts);
  useEffect(() => {
    known.current = shortcuts;
  });
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || typing(event.target)) return;
      if (document.querySelector('dialog[open]')) return;
      if (event.key === '?') return setHelping(true);
      const found = on ? known.current.find((shortcut) => shortcut.key === event.key) : undefined;
      if (!found) return;
      event.preventDefault();
      found.act();
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, [on]);
  const dialog = (
    <Dialog open={helping} onClose={() => setHelping(false)} title="Keys" testId="help">
      <dl className="keys">
        {[...shortcuts, { key: '?', about: 'This help' }].map(({ key, about }) => (
          <div key={key}>
            <dt>
              <kbd>{key}</kbd>
            </dt>
            <dd>{about}</dd>
          </div>
        ))}
      </dl>
      <p className="soft">In charts: drag to zoom in, double-click for all. In tables: click a head to sort.</p>
      <label className="check">
        <input type="checkbox" checked={on} onChange={(event) => setOn(event.target.checked)} />
        Single keys act
      </label>
      <div className="row end">
        <button type="button" className="button primary" onClick={() => setHelping(false)}>
          Close
        </button>
      </div>
    </Dialog>
  );
  return { dialog, help: () => setHelping(true) };
}

/** Puts the cursor into the search of the page, if it has one. @returns whether it had */
export function focusSearch(): boolean {
  const box = document.querySelector<HTMLInputElement>('input[type=search]');
  box?.focus();
  return box !== null;
}
