/**
 * Sweeps: many runs of one configuration with changes. A {@link SweepSpec} is expanded into {@link
 * Variation}s; each variation with each seed is a {@link PlannedRun}; a {@link Ledger} records what
 * became of it; {@link SweepRunner} does what is missing.
 */
package dev.difftop.app.experiments.sweep;
