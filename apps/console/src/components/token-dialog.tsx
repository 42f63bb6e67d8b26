import { useEffect, useRef, useState, useSyncExternalStore } from 'react';
import { token } from '../api/token.js';

/** Asks for the bearer token when the server wants one; it is kept for this tab only. */
export function TokenDialog() {
  const asked = useSyncExternalStore(token.onAsk, token.isAsked);
  const [value, setValue] = useState('');
  const dialog = useRef<HTMLDialogElement>(null);

  useEffect(() => {
    if (asked) dialog.current?.showModal();
    else dialog.current?.close();
  }, [asked]);

  return (
    <dialog ref={dialog} aria-labelledby="token-title" onClose={() => token.dismiss()} data-testid="token-dialog">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (value.trim() !== '') token.write(value.trim());
          setValue('');
        }}
      >
        <div>
          <h1 id="token-title">This platform asks for a token</h1>
          <p className="soft">Whoever runs it can give you one. It stays in this browser tab and is gone with it.</p>
        </div>
        <div className="field">
          <label htmlFor="token-value">Token</label>
          <input
            id="token-value"
            className="input"
            type="password"
            autoComplete="off"
            value={value}
            onChange={(event) => setValue(event.target.value)}
            data-testid="token-value"
          />
        </div>
        <div className="row end">
          <button type="button" className="button" onClick={() => token.dismiss()}>
            Not now
          </button>
          <button type="submit" className="button primary">
            Use this token
          </button>
        </div>
      </form>
    </dialog>
  );
}
