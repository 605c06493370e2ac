package dev.difftop.env.mujoco;

import dev.difftop.api.environment.Environment;
import dev.difftop.api.environment.EnvironmentInspector;
import dev.difftop.api.environment.EnvironmentProvider;
import dev.difftop.api.environment.VectorEnvironment;
import java.util.Optional;

/** Offers {@link MujocoEnvironment} under the name {@code mujoco}. */
public final class MujocoEnvironmentProvider implements EnvironmentProvider<MujocoConfig> {
  @Override
  public String name() {
    return "mujoco";
  }

  @Override
  public String summary() {
    return "tasks of the control suite and of manipulation in MuJoCo, headless";
  }

  @Override
  public Class<MujocoConfig> configType() {
    return MujocoConfig.class;
  }

  @Override
  public Class<? extends Environment> implementation() {
    return MujocoEnvironment.class;
  }

  @Override
  public Optional<EnvironmentInspector> inspector() {
    return Optional.of(new MujocoInspector());
  }

  @Override
  public Optional<VectorEnvironment> vector(MujocoConfig config, int size, int threads) {
    return Optional.of(new MujocoVector(config, size, threads));
  }
}
