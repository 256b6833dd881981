/** What was left longer ago is nobody's any more. */
export const ABANDONED_MS = 24 * 3600 * 1000;

/** The name of an attempt's copy beside the versions: no number, so no server looks at it. */
export function temporaryName(attempt: string): string {
  return `.tmp-${attempt.replaceAll(/[^A-Za-z0-9_-]/g, '_')}`;
}
