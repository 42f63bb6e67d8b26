import { useEffect, useRef } from 'react';

interface FilterBoxProps {
  value: string;
  onValue: (value: string) => void;
  label: string;
}

/** Filter of a table; the key `/` goes to it from anywhere. */
export function FilterBox({ value, onValue, label }: FilterBoxProps) {
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const typing = event.target instanceof HTMLElement && /^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName);
      if (event.key !== '/' || typing || event.ctrlKey || event.metaKey) return;
      event.preventDefault();
      input.current?.focus();
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, []);
  return (
    <input
      ref={input}
      className="input search"
      type="search"
      aria-label={label}
      placeholder={`${label}  ( / )`}
      value={value}
      onChange={(event) => onValue(event.target.value)}
      data-testid="filter"
    />
  );
}
