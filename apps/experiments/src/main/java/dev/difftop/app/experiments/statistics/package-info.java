/**
 * Statistics of experiments: aggregates over runs and tasks, bootstrap intervals, comparisons. Pure
 * functions. Scores are indexed {@code [task][run]}; tasks may have different numbers of runs.
 * Definitions follow Agarwal et al., "Deep Reinforcement Learning at the Edge of the Statistical
 * Precipice", 2021.
 */
package dev.difftop.app.experiments.statistics;
