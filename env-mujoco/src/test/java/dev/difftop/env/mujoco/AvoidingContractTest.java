package dev.difftop.env.mujoco;

/** The contract of environments, kept by {@code avoiding}. */
final class AvoidingContractTest extends ManipulationContract {
  @Override
  protected MujocoConfig config() {
    return MujocoConfig.of("avoiding");
  }
}
