package dev.difftop.learning;

import dev.difftop.api.Provider;

/**
 * Offers a {@link Learner} by name, and makes its policies again.
 *
 * @param <C> its configuration record
 */
public interface LearnerProvider<C extends Record> extends Provider<C, Learner> {
  /**
   * Makes the policy of a run again, without dataset, environment or learner.
   *
   * @param configuration of the learner
   * @param context as the learner had it; {@link LearnerContext#dataset} and environments are not
   *     there
   * @param saved what {@link Policy#state} gave
   * @throws IllegalArgumentException if what was saved does not fit the configuration; lists
   *     everything that differs
   */
  Policy load(C configuration, LearnerContext context, PolicyState saved);
}
