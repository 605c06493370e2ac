package dev.difftop.learner.modelbased.acting;

import dev.difftop.learner.modelbased.HorizonSchedule;
import dev.difftop.learning.PolicyState;

/**
 * How far the policy is: what schedules have made of how it acts.
 *
 * @param agentStep agent steps collected so far
 * @param horizon of its plans
 * @param deviation of exploration, in halves of a component's box
 */
public record ActingValues(long agentStep, int horizon, double deviation) {
  private static final String AGENT_STEP = "agent_step";
  private static final String HORIZON = "acting_horizon";
  private static final String DEVIATION = "exploration_deviation";

  /** As attributes of a saved policy. */
  public PolicyState addTo(PolicyState state) {
    return state
        .with(AGENT_STEP, Long.toString(agentStep))
        .with(HORIZON, Integer.toString(horizon))
        .with(DEVIATION, Double.toString(deviation));
  }

  /**
   * With the horizon of a constant schedule; of one that grows, what it has reached stays.
   *
   * @param whole the horizon of the policy
   * @throws IllegalArgumentException if the horizon is longer than that
   */
  public ActingValues with(HorizonSchedule schedule, int whole) {
    schedule.check(whole);
    return schedule.isConstant(whole)
        ? new ActingValues(agentStep, schedule.at(0, whole), deviation)
        : this;
  }

  /** Of a saved policy; one of before there were several planners is at step 0. */
  public static ActingValues of(PolicyState state) {
    return new ActingValues(
        Long.parseLong(state.attributes().getOrDefault(AGENT_STEP, "0")),
        Integer.parseInt(state.attributes().get(HORIZON)),
        Double.parseDouble(state.attributes().get(DEVIATION)));
  }
}
