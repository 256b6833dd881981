import type { ComponentActivity } from './to-activity.js';

/**
 * The standard components' activities by type, in pipeline order: one line and one thin file per component that needs
 * more than its executor. A component that is not here gets its activity from its implementation alone.
 */
export const standardActivities: Readonly<Record<string, () => Promise<ComponentActivity>>> = {
  Pusher: async () => (await import('./pusher.js')).PusherActivity,
};
