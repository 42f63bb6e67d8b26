/**
 * What arrives at the other end when a value goes through Socket.IO's default parser: JSON with binary attachments.
 * @returns the copy and about how many bytes it takes
 */
export function wireCopy(value: unknown): { value: unknown; byteLength: number } {
  let byteLength = 0;
  const attachments: Uint8Array[] = [];
  const text = JSON.stringify(value, function replace(this: Record<string, unknown>, key: string, part: unknown) {
    // The holder's own value, because a Buffer has already turned itself into an array of numbers in `part`.
    const raw = this[key];
    if (!(raw instanceof Uint8Array)) return part;
    byteLength += raw.byteLength;
    attachments.push(Uint8Array.from(raw));
    return { [attachmentKey]: attachments.length - 1 };
  });
  if (text === undefined) return { value: undefined, byteLength: 0 };
  const copy: unknown = JSON.parse(text, (_key, part: unknown) => {
    if (typeof part !== 'object' || part === null || !(attachmentKey in part)) return part;
    return attachments[part[attachmentKey] as number];
  });
  return { value: copy, byteLength: byteLength + text.length };
}

const attachmentKey = '\u0000attachment';
