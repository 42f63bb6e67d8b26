// The handful of icons of the console, drawn on one 16-pixel grid.

const paths = {
  play: 'M5 3.2v9.6L13 8z',
  stop: 'M4 4h8v8H4z',
  edit: 'M10.8 2.6l2.6 2.6-7.6 7.6-3.2.6.6-3.2zM9.4 4l2.6 2.6',
  reset: 'M3 8a5 5 0 1 0 1.6-3.7M3 2.5v3h3',
  plus: 'M8 3v10M3 8h10',
  alert: 'M8 2.2 14.2 13H1.8zM8 6.4v3M8 11.3v.1',
  check: 'M2.8 8.4l3.4 3.4 7-7.4',
  close: 'M4 4l8 8M12 4l-8 8',
  download: 'M8 2.5v7.2M4.8 6.8 8 10l3.2-3.2M3 13h10',
  copy: 'M5.5 5.5h7v7h-7zM3.5 10.5v-7h7',
  chart: 'M2.5 2.5v11h11M5 10.5l2.6-3.4 2.2 1.8 3.2-4.4',
  workers: 'M2.5 3.5h11v3.6h-11zM2.5 9h11v3.6h-11zM5 5.3h.1M5 10.8h.1',
  list: 'M5.5 4h8M5.5 8h8M5.5 12h8M2.5 4h.1M2.5 8h.1M2.5 12h.1',
  pause: 'M5.5 3.5v9M10.5 3.5v9',
  columns: 'M2.5 3h11v10h-11zM6.2 3v10M9.8 3v10',
  trash: 'M3 4.5h10M6 4.5v-2h4v2M4.5 4.5l.6 9h5.8l.6-9',
  help: 'M6 6.2a2 2 0 1 1 2.9 1.8c-.6.3-.9.7-.9 1.4M8 11.7v.1',
  compare: 'M4.5 2.5v11M11.5 2.5v11M2 5.5l2.5-3 2.5 3M9 10.5l2.5 3 2.5-3',
  flag: 'M3.5 14V2.5h8.5l-2 3 2 3H3.5',
  save: 'M3 2.5h8l2 2v9H3zM5.5 2.5v3.5h4.5V2.5M5.5 13.5v-4h5v4',
} as const;

export type IconName = keyof typeof paths;

const filled: readonly IconName[] = ['play', 'stop'];

export function Icon({ name }: { name: IconName }) {
  const solid = filled.includes(name);
  return (
    <svg
      className="icon"
      viewBox="0 0 16 16"
      aria-hidden="true"
      fill={solid ? 'currentColor' : 'none'}
      stroke={solid ? 'none' : 'currentColor'}
      strokeWidth="1.5"
      strokeLinecap="round"
      strokeLinejoin="round"
    >
      <path d={paths[name]} />
    </svg>
  );
}

export function Logo() {
  return (
    <svg viewBox="0 0 32 32" aria-hidden="true">
      <rect width="32" height="32" rx="8" fill="var(--accent)" />
      <path d="M16 4.5 18.6 13.4 27.5 16 18.6 18.6 16 27.5 13.4 18.6 4.5 16 13.4 13.4Z" fill="#fff" />
    </svg>
  );
}
