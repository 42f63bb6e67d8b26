import { markup } from './escape.js';

/** Drawn here, so that the report needs no font and no file. */
export const icons = {
  star: markup`<svg viewBox="0 0 24 24" aria-hidden="true">
    <path d="M12 1l2.6 8.4L23 12l-8.4 2.6L12 23l-2.6-8.4L1 12l8.4-2.6z" />
  </svg>`,
  tick: markup`<svg viewBox="0 0 24 24" aria-hidden="true"><path d="M5 12.5l4.5 4.5L19 7.5" /></svg>`,
  cross: markup`<svg viewBox="0 0 24 24" aria-hidden="true"><path d="M6.5 6.5l11 11M17.5 6.5l-11 11" /></svg>`,
  alert: markup`<svg viewBox="0 0 24 24" aria-hidden="true"><path d="M12 5v9M12 18.5v.2" /></svg>`,
};
