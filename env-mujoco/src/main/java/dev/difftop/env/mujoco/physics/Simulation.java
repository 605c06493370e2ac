package dev.difftop.env.mujoco.physics;

import dev.difftop.mujoco.preset.global.MuJoCo;
import dev.difftop.mujoco.preset.mjData;
import dev.difftop.mujoco.preset.mjModel;
import java.nio.DoubleBuffer;
import java.util.Optional;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.DoublePointer;
import org.bytedeco.javacpp.IntPointer;

/**
 * The state of one simulated world (mjData). Belongs to one thread at a time.
 *
 * <p>The buffers are MuJoCo's own memory: reading and writing them moves no data. They must not be
 * used after the simulation is closed; ask for them where they are needed instead of keeping them.
 */
public final class Simulation implements AutoCloseable {
  private static final int MATRIX = 9;

  private final Model model;
  private final mjModel sharedHandle;
  private mjModel modelHandle;
  private final mjData handle;
  private final DoubleBuffer qpos;
  private final DoubleBuffer qvel;
  private final DoubleBuffer act;
  private final DoubleBuffer ctrl;
  private final DoubleBuffer warmStart;
  private final DoubleBuffer sensors;
  private final DoubleBuffer bodyPositions;
  private final DoubleBuffer bodyCentres;
  private final DoubleBuffer bodyRotations;
  private final DoubleBuffer geomPositions;
  private final DoubleBuffer sitePositions;
  private final DoubleBuffer siteRotations;
  private final DoubleBuffer cameraPositions;
  private final DoubleBuffer cameraRotations;
  private boolean closed;

  /** A world in the model's reference state, with nothing computed yet. */
  public Simulation(Model model) {
    this.model = model;
    sharedHandle = model.retain();
    modelHandle = sharedHandle;
    mjData made;
    try {
      made = MuJoCo.mj_makeData(modelHandle);
    } catch (RuntimeException e) {
      model.release();
      throw new MujocoException(model.origin() + ": " + e.getMessage(), e);
    }
    handle = made;
    qpos = buffer(handle.qpos(), model.nq());
    qvel = buffer(handle.qvel(), model.nv());
    act = buffer(handle.act(), model.na());
    ctrl = buffer(handle.ctrl(), model.nu());
    warmStart = buffer(handle.qacc_warmstart(), model.nv());
    sensors = buffer(handle.sensordata(), model.size("nsensordata"));
    int bodies = model.count(Element.BODY);
    bodyPositions = buffer(handle.xpos(), 3 * bodies);
    bodyCentres = buffer(handle.xipos(), 3 * bodies);
    bodyRotations = buffer(handle.xmat(), MATRIX * bodies);
    geomPositions = buffer(handle.geom_xpos(), 3 * model.count(Element.GEOM));
    sitePositions = buffer(handle.site_xpos(), 3 * model.count(Element.SITE));
    siteRotations = buffer(handle.site_xmat(), MATRIX * model.count(Element.SITE));
    cameraPositions = buffer(handle.cam_xpos(), 3 * model.count(Element.CAMERA));
    cameraRotations = buffer(handle.cam_xmat(), MATRIX * model.count(Element.CAMERA));
  }

  private static DoubleBuffer buffer(DoublePointer pointer, int length) {
    return length == 0 ? DoubleBuffer.allocate(0) : pointer.capacity(length).asBuffer();
  }

  /** The model it moves. */
  public Model model() {
    return model;
  }

  /** Positions, (nq); may be written. */
  public DoubleBuffer qpos() {
    return open(qpos);
  }

  /** Velocities, (nv); may be written. */
  public DoubleBuffer qvel() {
    return open(qvel);
  }

  /** Activations, (na); may be written. */
  public DoubleBuffer act() {
    return open(act);
  }

  /** Controls in the actuators' units, (nu); may be written. */
  public DoubleBuffer ctrl() {
    return open(ctrl);
  }

  /** What the sensors measured, one after the other. */
  public DoubleBuffer sensors() {
    return open(sensors);
  }

  /**
   * An array of the model as this simulation sees it, such as {@code site_pos}: written here, it
   * changes for this simulation alone, while the others that share the model keep theirs. Not made
   * for every step: what is returned stays valid until the simulation is closed.
   *
   * @param field name of an array of real numbers in mjModel
   * @throws IllegalArgumentException if there is none
   */
  public DoubleBuffer ownParameter(String field) {
    open(qpos);
    if (modelHandle == sharedHandle) {
      modelHandle = MuJoCo.difftop_ownModel(sharedHandle);
    }
    try (BytePointer name = new BytePointer(field);
        IntPointer length = new IntPointer(1)) {
      DoublePointer own = MuJoCo.difftop_ownField(sharedHandle, modelHandle, name, length);
      if (own == null) {
        throw new IllegalArgumentException("mjModel has no array of real numbers " + field);
      }
      return buffer(own, length.get());
    }
  }

  /** The numbers of an array of the model as this simulation sees it; a copy. */
  public double[] parameters(String field) {
    int[] rows = new int[1];
    int[] columns = new int[1];
    int n = MuJoCo.difftop_modelField(modelHandle(), field, rows, columns, new double[0], 0);
    if (n < 0) {
      throw new IllegalArgumentException("mjModel has no array of numbers " + field);
    }
    double[] values = new double[n];
    MuJoCo.difftop_modelField(modelHandle(), field, rows, columns, values, n);
    return values;
  }

  /** Simulated seconds. */
  public double time() {
    return handle().time();
  }

  /** Sets the simulated seconds. */
  public void setTime(double seconds) {
    handle().time(seconds);
  }

  /** Number of contacts at the present position. */
  public int contacts() {
    return handle().ncon();
  }

  /** Coordinate 0, 1 or 2 of a body's frame in the world, metres. */
  public double bodyPosition(int body, int axis) {
    return open(bodyPositions).get(3 * body + axis);
  }

  /** Coordinate 0, 1 or 2 of a body's centre of mass in the world, metres. */
  public double bodyCentre(int body, int axis) {
    return open(bodyCentres).get(3 * body + axis);
  }

  /** Entry of the matrix that turns a body's frame into the world's. */
  public double bodyRotation(int body, int row, int column) {
    return open(bodyRotations).get(MATRIX * body + 3 * row + column);
  }

  /** Coordinate 0, 1 or 2 of a geom's centre in the world, metres. */
  public double geomPosition(int geom, int axis) {
    return open(geomPositions).get(3 * geom + axis);
  }

  /** Coordinate 0, 1 or 2 of a site in the world, metres. */
  public double sitePosition(int site, int axis) {
    return open(sitePositions).get(3 * site + axis);
  }

  /** Turns a point of a camera's frame, as last drawn, into one of the world; in place. */
  public void fromCamera(int camera, double[] point) {
    DoubleBuffer turn = open(cameraRotations);
    double x = point[0];
    double y = point[1];
    double z = point[2];
    for (int i = 0; i < 3; i++) {
      int row = MATRIX * camera + 3 * i;
      point[i] =
          cameraPositions.get(3 * camera + i)
              + turn.get(row) * x
              + turn.get(row + 1) * y
              + turn.get(row + 2) * z;
    }
  }

  /** Turns a point of the world into one of a site's frame; in place. */
  public void toSite(int site, double[] point) {
    DoubleBuffer turn = open(siteRotations);
    double x = point[0] - sitePositions.get(3 * site);
    double y = point[1] - sitePositions.get(3 * site + 1);
    double z = point[2] - sitePositions.get(3 * site + 2);
    for (int i = 0; i < 3; i++) {
      int column = MATRIX * site + i;
      point[i] = turn.get(column) * x + turn.get(column + 3) * y + turn.get(column + 6) * z;
    }
  }

  /** Goes back to the model's reference state: time, velocities, controls and warm start are 0. */
  public void reset() {
    MuJoCo.mj_resetData(modelHandle, handle());
  }

  /** Computes everything that follows from state and controls, without moving. */
  public void forward() {
    run(() -> MuJoCo.mj_forward(modelHandle, handle()));
  }

  /** {@link #forward} as if the actuators exerted no force. */
  public void forwardWithoutActuation() {
    run(() -> MuJoCo.difftop_forwardWithoutActuation(modelHandle, handle()));
  }

  /** Computes what follows from positions and velocities alone, without moving. */
  public void updateKinematics() {
    run(() -> MuJoCo.mj_step1(modelHandle, handle()));
  }

  /** Lets the constraint solver start afresh: what follows then depends on the state alone. */
  public void clearWarmStart() {
    DoubleBuffer start = open(warmStart);
    for (int i = 0; i < start.capacity(); i++) {
      start.put(i, 0);
    }
  }

  /**
   * Moves by a number of physics steps with the present controls, and brings up to date what
   * follows from position and velocity. On entry that must be up to date, too.
   *
   * @return empty, or what went wrong; the state is then MuJoCo's reference state or worthless:
   *     reset
   * @throws MujocoException on an error inside MuJoCo; the simulation is usable after a reset
   */
  public Optional<String> controlStep(int physicsSteps) {
    return outcome(MuJoCo::difftop_controlStep, physicsSteps);
  }

  /**
   * Moves by a number of physics steps with the present controls; what follows from the new state
   * is not computed.
   *
   * @return as {@link #controlStep}
   * @throws MujocoException as {@link #controlStep}
   */
  public Optional<String> physicsStep(int physicsSteps) {
    return outcome(MuJoCo::difftop_step, physicsSteps);
  }

  /**
   * What a Jacobian of some physics steps depends on beside state and action.
   *
   * @param physicsSteps how many
   * @param middle of each control's range, (nu); not to be modified
   * @param half width of each control's range, (nu); not to be modified
   * @param differenceStep size of the central differences, times max(1, |number|)
   */
  public record JacobianRequest(
      int physicsSteps, double[] middle, double[] half, double differenceStep) {}

  /**
   * The Jacobian of {@link #physicsStep} as a function of the state {@code [qpos, qvel, act]} and
   * the action, with time 0 and a constraint solver that starts afresh; quaternions are differenced
   * in their tangent space. The state is worthless afterwards.
   *
   * @param x state, (nx)
   * @param u action, (nu); the control is {@code middle + half * u}, u clamped to [-1, 1]
   * @param jacobian shape (nx, nx + nu), overwritten; with NaN where a step fails
   * @return false if MuJoCo reported an error; the simulation was reset
   */
  public boolean jacobian(JacobianRequest of, double[] x, double[] u, double[] jacobian) {
    mjData data = handle();
    try {
      MuJoCo.difftop_jacobian(
          modelHandle,
          data,
          of.physicsSteps(),
          x,
          u,
          of.middle(),
          of.half(),
          of.differenceStep(),
          jacobian);
      return true;
    } catch (RuntimeException e) {
      MuJoCo.mj_resetData(modelHandle, data);
      return false;
    }
  }

  private interface Step {
    int by(mjModel model, mjData data, int steps);
  }

  private Optional<String> outcome(Step step, int physicsSteps) {
    mjData data = handle();
    int warning;
    try {
      warning = step.by(modelHandle, data, physicsSteps);
    } catch (RuntimeException e) {
      throw failure(e);
    }
    if (warning < 0) {
      return Optional.empty();
    }
    int info = MuJoCo.difftop_warningInfo(data, warning);
    return Optional.of(MuJoCo.mju_warningText(warning, info).getString().strip());
  }

  private void run(Runnable nativeCall) {
    try {
      nativeCall.run();
    } catch (IllegalStateException e) {
      throw e;
    } catch (RuntimeException e) {
      throw failure(e);
    }
  }

  private MujocoException failure(RuntimeException e) {
    return new MujocoException(model.origin() + ": " + e.getMessage(), e);
  }

  private DoubleBuffer open(DoubleBuffer buffer) {
    if (closed) {
      throw new IllegalStateException("the simulation of " + model.origin() + " is closed");
    }
    return buffer;
  }

  /** The native model as this simulation sees it. */
  mjModel modelHandle() {
    open(qpos);
    return modelHandle;
  }

  /** The native data. */
  mjData handle() {
    open(qpos);
    return handle;
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      MuJoCo.mj_deleteData(handle);
      if (modelHandle != sharedHandle) {
        MuJoCo.difftop_freeOwnModel(sharedHandle, modelHandle);
      }
      model.release();
    }
  }
}
