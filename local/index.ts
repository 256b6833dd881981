/** The public face of `local/`: embedded servers, set-up and doctor. */
export { connectLocal, type ConnectLocalOptions, type LocalServers } from './supervisor/connect.js';
export { localStatus, stopLocal, type LocalStatus } from './supervisor/status.js';
export type { LocalAddresses, WorkerSpec } from './supervisor/protocol.js';
export { provision, type ProvisionOptions, type ProvisionPart } from './provision/provision.js';
export { runDoctor, type DoctorCheck, type DoctorOptions, type DoctorReport } from './doctor/doctor.js';
export { findProjectRoot, makeStateFolders, statePaths, type StatePaths } from './state.js';
export { spawnBound } from './process/bound-child.js';
export type { LocalEvent, OnLocalEvent } from './events.js';
