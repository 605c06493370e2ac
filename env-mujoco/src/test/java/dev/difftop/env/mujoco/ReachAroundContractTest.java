package dev.difftop.env.mujoco;

/** The contract of environments, kept by {@code reach-around}. */
final class ReachAroundContractTest extends ManipulationContract {
  @Override
  protected MujocoConfig config() {
    return MujocoConfig.of("reach-around");
  }
}
