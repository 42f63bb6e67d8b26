import { type ReactNode, useEffect, useRef } from 'react';

interface MenuProps {
  label: ReactNode;
  /** Name for assistive technology where the label is an icon. */
  name?: string;
  children: ReactNode;
  testId: string;
}

/** A button that opens a small panel; Escape and a click elsewhere close it. */
export function Menu({ label, name, children, testId }: MenuProps) {
  const box = useRef<HTMLDetailsElement>(null);
  useEffect(() => {
    const close = (event: Event) => {
      const { current } = box;
      if (!current?.open) return;
      if (event instanceof KeyboardEvent) {
        if (event.key !== 'Escape') return;
        current.querySelector('summary')?.focus();
      } else if (event.target instanceof Node && current.contains(event.target)) return;
      current.open = false;
    };
    addEventListener('pointerdown', close);
    addEventListener('keydown', close);
    return () => {
      removeEventListener('pointerdown', close);
      removeEventListener('keydown', close);
    };
  }, []);
  return (
    <details className="menu" ref={box} data-testid={testId}>
      <summary className="button" aria-label={name}>
        {label}
      </summary>
      <div className="panel card">{children}</div>
    </details>
  );
}
