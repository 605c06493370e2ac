package dev.difftop.learner.modelbased;

import dev.difftop.learning.PolicyState;

/**
 * What schedules have made of how the policy acts.
 *
 * @param horizon of its plans
 * @param deviation of exploration, in halves of a component's box
 */
record ActingValues(int horizon, double deviation) {
  private static final String HORIZON = "acting_horizon";
  private static final String DEVIATION = "exploration_deviation";

  /** As attributes of a saved policy. */
  PolicyState addTo(PolicyState state) {
    return state
        .with(HORIZON, Integer.toString(horizon))
        .with(DEVIATION, Double.toString(deviation));
  }

  /**
   * With the horizon of a constant schedule; of one that grows, what it has reached stays.
   *
   * @param whole the horizon of the policy
   * @throws IllegalArgumentException if the horizon is longer than that
   */
  ActingValues with(HorizonSchedule schedule, int whole) {
    schedule.check(whole);
    return schedule.isConstant(whole) ? new ActingValues(schedule.at(0, whole), deviation) : this;
  }

  /** Of a saved policy. */
  static ActingValues of(PolicyState state) {
    return new ActingValues(
        Integer.parseInt(state.attributes().get(HORIZON)),
        Double.parseDouble(state.attributes().get(DEVIATION)));
  }
}
