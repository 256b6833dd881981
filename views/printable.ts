/** Text that cannot move a terminal's cursor, change its colours or turn its direction: such characters become U+FFFD. */
export const printable = (text: string): string =>
  text.replaceAll(/[\u0000-\u0009\u000B-\u001F\u007F-\u009F\u2028-\u202E\u2066-\u2069]/g, '\uFFFD');
