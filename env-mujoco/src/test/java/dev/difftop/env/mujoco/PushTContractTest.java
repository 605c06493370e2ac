package dev.difftop.env.mujoco;

/** The contract of environments, kept by {@code push-t}. */
final class PushTContractTest extends ManipulationContract {
  @Override
  protected MujocoConfig config() {
    return MujocoConfig.of("push-t");
  }
}
