#!/usr/bin/env node
// Kept outside dist so that npm can link the command before the first build.
import '../dist/apps/cli/src/main.js';
