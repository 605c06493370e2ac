/**
 * Reports: run folders and sweeps are read as {@link Experiment}s, summarised per cell, and written
 * as a self-contained page, Markdown, CSV and LaTeX. A cell is a group of runs that differ by seed
 * alone.
 */
package dev.difftop.app.experiments.report;
