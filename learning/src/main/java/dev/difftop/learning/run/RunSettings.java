package dev.difftop.learning.run;

import dev.difftop.api.config.Default;
import dev.difftop.api.config.Doc;
import dev.difftop.api.config.Range;
import dev.difftop.learning.rollout.SuccessRule;

/** How long a run takes, what it records, and what it is measured by. */
public record RunSettings(
    @Doc("seed of every random number of the run") @Default("0") long seed,
    @Doc(
            "how long it trains, in the learner's unit: gradient steps on a dataset, environment"
                + " steps where it acts")
        @Range(min = 1)
        @Default("3000")
        long budget,
    @Doc("units between two rows of metrics.csv") @Range(min = 1) @Default("25") long logEvery,
    @Doc("units between two evaluations; 0 for one at the end only") @Range(min = 0) @Default("0")
        long evaluateEvery,
    @Doc("episodes of an evaluation; 0 for none") @Range(min = 0) @Default("20")
        int evaluationEpisodes,
    @Doc("units between two checkpoints") @Range(min = 1) @Default("500") long checkpointEvery,
    @Doc(
            "threads of updates, of their solves and gradients, of acting in one environment, and of evaluations; results do not depend on it")
        @Range(min = 1, max = 256)
        @Default("1")
        int threads,
    @Doc(
            "rows of metrics between two audits of the gradient against differences of re-solved"
                + " problems, written to audit.csv; 0 for none")
        @Range(min = 0)
        @Default("0")
        int auditEvery,
    @Doc(
            "which episodes are successes where the task has a goal: any-step, met at some step;"
                + " last-step, met at the end")
        @Default("any-step")
        SuccessRule success,
    @Doc("whether metrics and evaluations are also written as TensorBoard events") @Default("false")
        boolean tensorboard,
    @Doc(
            "environments that a learner from interaction acts in at once, an episode each, before"
                + " it learns from them. More than 1 changes the algorithm and its curves: the"
                + " policy is older than its experience")
        @Range(min = 1, max = 1024)
        @Default("1")
        int environments) {}
