import picocolors from 'picocolors';

/** The colours that texts use; without colour every one of them returns the text as it is. */
export type Colours = Pick<
  ReturnType<typeof picocolors.createColors>,
  'bold' | 'dim' | 'red' | 'green' | 'yellow' | 'cyan'
>;

export function coloursOf(enabled: boolean): Colours {
  return picocolors.createColors(enabled);
}
