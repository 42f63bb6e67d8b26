/** Version of the product; a test compares it with package.json. */
export const loadstarVersion = '0.1.0';
