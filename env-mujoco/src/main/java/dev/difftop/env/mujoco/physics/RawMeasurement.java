package dev.difftop.env.mujoco.physics;

import dev.difftop.mujoco.preset.global.MuJoCo;

/** MuJoCo as a program in C would use it, to compare with. */
public final class RawMeasurement implements AutoCloseable {
  private static final RenderSettings PLAIN = new RenderSettings(0, false, false);

  private final Simulation simulation;
  private Renderer renderer;

  /**
   * With a state to begin from.
   *
   * @param simulation belongs to the measurement from now on
   */
  public RawMeasurement(Simulation simulation) {
    this.simulation = simulation;
  }

  public Simulation simulation() {
    return simulation;
  }

  /** A loop in C over steps; returns a sum of what it read. */
  public double steps(int n) {
    return MuJoCo.difftop_rawSteps(simulation.modelHandle(), simulation.handle(), n);
  }

  /** Jacobians of a step by {@code mjd_transitionFD}, centred; returns a number of the last. */
  public double jacobians(int n, double eps) {
    Model model = simulation.model();
    int nx = 2 * model.nv() + model.na();
    double[] fx = new double[nx * nx];
    double[] fu = new double[nx * model.nu()];
    for (int i = 0; i < n; i++) {
      MuJoCo.mjd_transitionFD(
          simulation.modelHandle(),
          simulation.handle(),
          eps,
          (byte) 1,
          fx,
          fu,
          (double[]) null,
          (double[]) null);
    }
    return fx[0];
  }

  /** A loop in C over pictures without shadows; returns a number of the last. */
  public double pictures(int width, int height, int n) {
    if (renderer == null) {
      renderer = new Renderer(simulation.model(), PLAIN);
    }
    byte[] pixels = new byte[width * height * 3];
    renderer.rawPictures(simulation, width, height, pixels, n);
    return pixels[0];
  }

  @Override
  public void close() {
    if (renderer != null) {
      renderer.close();
    }
    simulation.close();
  }
}
