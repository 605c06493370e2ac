package dev.difftop.learner.modelbased;

import dev.difftop.api.config.Default;
import dev.difftop.api.config.Doc;
import dev.difftop.api.config.Range;
import dev.difftop.learner.modelbased.PolicyGradientSettings.Source;
import dev.difftop.learner.modelbased.learning.ModelBasedLearner;
import dev.difftop.learning.model.ModelSettings;
import dev.difftop.learning.replay.ReplaySettings;
import java.util.Optional;

/**
 * Settings of {@link ModelBasedLearner}. An agent step is one action, which the environment repeats
 * as its action repeat says.
 */
public record ModelBasedConfig(
    @Doc("agent steps of uniform random actions before anything is learned")
        @Range(min = 1)
        @Default("1250")
        int seedSteps,
    @Doc(
            "whether one episode is planned with fresh networks before the first gradient step, as"
                + " in the code of TD-MPC")
        @Default("false")
        boolean planUntrained,
    @Doc("gradient steps per agent step; those owed for the seed phase are made at its end")
        @Range(min = 0, open = true)
        @Default("1")
        double updatesPerStep,
    @Doc("horizon of the plans that are acted on") @Default("{}") HorizonSchedule actingHorizon,
    @Doc("how actions of training differ from the planned ones") @Default("{}")
        Exploration exploration,
    @Doc(
            "which planned action is executed: best, of the best trajectory; drawn, of an elite of"
                + " a sampling solver drawn by its weight")
        @Default("best")
        Executed executed,
    @Doc("whether executed actions are clamped to [-1, 1] before they are stored") @Default("true")
        boolean clipActions,
    @Doc("another planner that takes over after some agent steps")
        Optional<PlannerSwitch> plannerSwitch,
    @Doc(
            "what values the end of a plan: policy, the critics at the policy's action; optimized,"
                + " at one more action of the plan")
        @Default("policy")
        LastAction lastAction,
    @Doc("losses, their weights and optimisers") @Default("{}") ModelSettings model,
    @Doc("experience; it lies in the run folder unless a folder is named") @Default("{}")
        ReplaySettings replay,
    @Doc("gradient of the policy through the plan") @Default("{}")
        PolicyGradientSettings policyGradient,
    @Doc(
            "share of an averaged copy of all parameters kept in a gradient step, such as 0.999:"
                + " evaluated and saved policies act with that copy; 0 makes none")
        @Range(min = 0, max = 0.999999)
        @Default("0")
        double averaging,
    @Doc("gradient steps in a row whose gradient is not finite, after which the run ends")
        @Range(min = 1)
        @Default("20")
        int maxSkipped) {

  /** Whether episodes that begin at an agent step are planned by the second planner. */
  public boolean isSwitched(long agentStep) {
    return plannerSwitch.isPresent() && agentStep >= plannerSwitch.get().after();
  }

  /**
   * Whether the policy gradient follows an episode that begins at an agent step; with two planners
   * it follows the second one alone.
   */
  public boolean followsEpisodes(long agentStep) {
    return policyGradient.weight() > 0
        && policyGradient.source() == Source.EPISODE
        && (plannerSwitch.isEmpty() || isSwitched(agentStep));
  }

  /** Whether plans decide on their last action too. */
  public boolean freesLastAction() {
    return lastAction == LastAction.OPTIMIZED;
  }

  /** Where the action comes from that the end of a plan is valued with. */
  public enum LastAction {
    /** The policy. */
    POLICY,
    /** The plan. */
    OPTIMIZED
  }

  /** Which planned action is executed. */
  public enum Executed {
    /** The first one of the best trajectory. */
    BEST,
    /** The first one of an elite that was drawn by its weight. */
    DRAWN
  }
}
