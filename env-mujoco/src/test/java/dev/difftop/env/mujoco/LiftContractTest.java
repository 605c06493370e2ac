package dev.difftop.env.mujoco;

/** The contract of environments, kept by {@code lift}. */
final class LiftContractTest extends ManipulationContract {
  @Override
  protected MujocoConfig config() {
    return MujocoConfig.of("lift");
  }
}
