/** What HTTP/1.1 says about single octets (RFC 9110 section 5.6.2, RFC 9112), as tables and names for the parser. */
export const TAB = 0x09;
export const LF = 0x0a;
export const CR = 0x0d;
export const SPACE = 0x20;
export const COMMA = 0x2c;
export const SEMICOLON = 0x3b;
export const COLON = 0x3a;

/** 1 for octets that may stand in a field name or a method. */
export const tokenOctets = new Uint8Array(256);
for (const char of "!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz") {
  tokenOctets[char.charCodeAt(0)] = 1;
}

/** Value of a hexadecimal digit; 255 for every other octet. */
export const hexDigits = new Uint8Array(256).fill(255);
for (let value = 0; value < 16; value++) {
  const digit = value.toString(16);
  hexDigits[digit.charCodeAt(0)] = value;
  hexDigits[digit.toUpperCase().charCodeAt(0)] = value;
}

/** Whether `bytes[start..]` spells `lowerCase`, whatever the case of the bytes; the caller knows that enough follow. */
export function spells(bytes: Uint8Array, start: number, lowerCase: string): boolean {
  for (let i = 0; i < lowerCase.length; i++) {
    // 0x20 folds letters; '-' keeps its value under it, and no control octet folds onto a letter.
    if (((bytes[start + i] as number) | 0x20) !== lowerCase.charCodeAt(i)) return false;
  }
  return true;
}

/** Three digits as a number; 0 when they are not digits. */
export function statusCode(bytes: Uint8Array, at: number): number {
  const hundreds = (bytes[at] as number) - 48;
  const tens = (bytes[at + 1] as number) - 48;
  const ones = (bytes[at + 2] as number) - 48;
  const digits = hundreds >= 0 && hundreds <= 9 && tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9;
  return digits ? hundreds * 100 + tens * 10 + ones : 0;
}
