/** Text that stays in its line of a terminal: what moves the cursor, colours or turns the direction becomes U+FFFD. */
export const printable = (text: string): string =>
  text.replaceAll(/[\u0000-\u001F\u007F-\u009F\u2028-\u202E\u2066-\u2069]/g, '\uFFFD');
