#!/usr/bin/env node
/** `npm run build`: compiles into `dist/` when a source has changed. */
import { build, root } from './setup.mjs';

process.chdir(root);
build();
