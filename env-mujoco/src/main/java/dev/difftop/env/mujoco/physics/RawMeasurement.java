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
   * @param simulation belongs to the measurement from now on, and so does its model
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
          null,
          (double[]) null);
    }
    return fx[0];
  }

  /**
   * The Jacobian of one step by {@code mjd_transitionFD}, shape (nx, nx + nu), of a model without
   * quaternions and activations.
   */
  public static double[] stepJacobian(Simulation simulation, double eps) {
    Model model = simulation.model();
    int nx = 2 * model.nv();
    int nu = model.nu();
    double[] fx = new double[nx * nx];
    double[] fu = new double[nx * nu];
    MuJoCo.mjd_transitionFD(
        simulation.modelHandle(),
        simulation.handle(),
        eps,
        (byte) 1,
        fx,
        fu,
        null,
        (double[]) null);
    double[] both = new double[nx * (nx + nu)];
    for (int i = 0; i < nx; i++) {
      System.arraycopy(fx, i * nx, both, i * (nx + nu), nx);
      System.arraycopy(fu, i * nu, both, i * (nx + nu) + nx, nu);
    }
    return both;
  }

  /** A loop in C over images without shadows; returns a number of the last. */
  public double images(int width, int height, int n) {
    if (renderer == null) {
      renderer = new Renderer(simulation.model(), PLAIN);
    }
    byte[] pixels = new byte[width * height * 3];
    renderer.rawImages(simulation, width, height, pixels, n);
    return pixels[0];
  }

  @Override
  public void close() {
    if (renderer != null) {
      renderer.close();
    }
    simulation.close();
    simulation.model().close();
  }
}
