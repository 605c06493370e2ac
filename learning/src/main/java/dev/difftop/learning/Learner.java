package dev.difftop.learning;

import dev.difftop.api.array.RandomStream;
import dev.difftop.learning.audit.AuditSample;
import dev.difftop.learning.audit.GradientAudit;
import java.util.List;
import java.util.Optional;

/**
 * An algorithm that improves a policy. One instance belongs to one run and one thread. Its
 * constructor asks for its configuration and a {@link LearnerContext}.
 *
 * <p>Everything random is drawn from children of the context's stream that are named after {@link
 * #position()}, so that a resumed run draws the same numbers. Acting, evaluating and measuring
 * change nothing that training depends on.
 */
public interface Learner extends AutoCloseable {
  /** The figures that {@link #update} and {@link #measure} report, in the order of columns. */
  List<Metric> metrics();

  /** How far it is. */
  Position position();

  /**
   * The smallest unit of work that a run can resume after: a gradient step on a dataset, an episode
   * with its gradient steps in an environment.
   *
   * @throws NonFiniteLossException if a loss or a solution is not finite, so that learning cannot
   *     continue
   */
  Metrics update();

  /**
   * Whether an update of it acts in several environments at once, as {@code run.environments} may
   * ask for.
   */
  default boolean actsInSeveralEnvironments() {
    return false;
  }

  /**
   * Figures that cost too much to be measured in every update, such as a validation loss. Called
   * before a row of metrics is written; draws from streams of its own.
   */
  default Metrics measure() {
    return Metrics.NONE;
  }

  /**
   * The policy it would act with now: of the averaged copy of its parameters where one is kept. It
   * shares the learner's memory, so that later updates show in it; actors of it are used between
   * updates only.
   */
  Policy policy();

  /** Everything that training resumes from, shared. */
  TrainingState state();

  /**
   * Compares its gradient through the planner with differences of re-solved problems, on samples of
   * its own choice; nothing that is learned changes.
   *
   * @return empty if no gradient goes through a planner
   */
  default Optional<GradientAudit.Report> audit() {
    return Optional.empty();
  }

  /**
   * States and the loss of this learner's gradient through the planner, for an audit with other
   * adjoints and solvers; nothing that is learned changes. The caller closes it.
   *
   * @param samples number of states
   * @return empty if no gradient goes through a planner, or the learner draws no states of its own
   */
  default Optional<AuditSample> auditSample(int samples, RandomStream random) {
    return Optional.empty();
  }

  @Override
  void close();
}
