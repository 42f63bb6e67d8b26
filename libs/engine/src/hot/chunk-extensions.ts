/** The form of chunk extensions (RFC 9112 section 7.1.1). Only strict mode asks: their meaning is nobody's here. */
const token = "[!#$%&'*+\\-.^_`|~0-9A-Za-z]+";
const quoted = '"(?:[\\t \\x21\\x23-\\x5b\\x5d-\\x7e\\x80-\\xff]|\\\\[\\t\\x20-\\x7e\\x80-\\xff])*"';
const extensions = new RegExp(`^(?:[ \\t]*;[ \\t]*${token}(?:[ \\t]*=[ \\t]*(?:${token}|${quoted}))?)*$`);

/** @param text latin1, from the first semicolon up to the line end */
export function areExtensions(text: string): boolean {
  return extensions.test(text);
}
