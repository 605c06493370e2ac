/**
 * Environments in MuJoCo: the tasks of the control suite, images of them without a display, the
 * comparison with recorded reference data, and their physics as dynamics to plan with.
 */
module dev.difftop.env.mujoco {
  requires dev.difftop.api;
  requires dev.difftop.mujoco.preset;
  requires java.xml;

  provides dev.difftop.api.CostProvider with
      dev.difftop.env.mujoco.MujocoCostProvider;
  provides dev.difftop.api.DynamicsProvider with
      dev.difftop.env.mujoco.MujocoDynamicsProvider;
  provides dev.difftop.api.environment.EnvironmentProvider with
      dev.difftop.env.mujoco.MujocoEnvironmentProvider;

  exports dev.difftop.env.mujoco; // configuration records

  opens dev.difftop.env.mujoco; // for configuration and injection
}
