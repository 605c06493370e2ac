package dev.difftop.learning.run;

import dev.difftop.learning.Metrics;
import dev.difftop.learning.Position;
import dev.difftop.learning.rollout.Evaluation;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Result of a run.
 *
 * @param folder of the run
 * @param position how far it came
 * @param stopped whether a stop signal ended it before its budget
 * @param evaluation of the last policy; empty if none was asked for, or the run was stopped
 * @param metrics the last row
 * @param compute seconds by phase
 */
public record RunResult(
    Path folder,
    Position position,
    boolean stopped,
    Optional<Evaluation> evaluation,
    Metrics metrics,
    Compute compute) {}
