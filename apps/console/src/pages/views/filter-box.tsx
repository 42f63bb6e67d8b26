interface FilterBoxProps {
  value: string;
  onValue: (value: string) => void;
  label: string;
}

/** Filter of a table; the key `/` goes to it from anywhere. */
export function FilterBox({ value, onValue, label }: FilterBoxProps) {
  return (
    <input
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
