import { type ReactNode, useEffect, useId, useRef } from 'react';

interface DialogProps {
  open: boolean;
  onClose: () => void;
  title: string;
  children: ReactNode;
  testId: string;
  wide?: boolean;
}

/** A modal dialog; the browser keeps the focus in it and gives it back. */
export function Dialog({ open, onClose, title, children, testId, wide = false }: DialogProps) {
  const box = useRef<HTMLDialogElement>(null);
  const id = useId();
  useEffect(() => {
    if (open && !box.current?.open) box.current?.showModal();
    if (!open) box.current?.close();
  }, [open]);
  return (
    <dialog ref={box} className={wide ? 'wide' : undefined} aria-labelledby={id} onClose={onClose} data-testid={testId}>
      {open ? (
        <div className="dialog-body">
          <h1 id={id}>{title}</h1>
          {children}
        </div>
      ) : (
        <h1 id={id} hidden>
          {title}
        </h1>
      )}
    </dialog>
  );
}
