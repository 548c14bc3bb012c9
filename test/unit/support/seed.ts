/**
 * Loaded before all tests: generated input is the same in every run, so that a test passes always or never. FC_SEED tries
 * other input.
 */
import * as fc from 'fast-check';

fc.configureGlobal({ seed: Number(process.env['FC_SEED'] ?? 20_261_125) });
