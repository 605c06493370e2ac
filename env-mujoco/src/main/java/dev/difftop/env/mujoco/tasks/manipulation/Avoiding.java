package dev.difftop.env.mujoco.tasks.manipulation;

import dev.difftop.api.array.RandomStream;
import dev.difftop.env.mujoco.physics.Element;
import dev.difftop.env.mujoco.physics.Model;
import dev.difftop.env.mujoco.physics.Simulation;
import dev.difftop.env.mujoco.tasks.definition.ExpertDefinition;
import dev.difftop.env.mujoco.tasks.definition.Numbers;
import dev.difftop.env.mujoco.tasks.definition.StateCheck;
import dev.difftop.env.mujoco.tasks.definition.Task;
import dev.difftop.env.mujoco.tasks.definition.TaskDefinition;
import java.nio.DoubleBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A hand that crosses three rows of posts to a finishing line. The gaps that it takes make its
 * route, one of 2 · 3 · 4 = 24; the outcome of an episode is the route, named by its gaps from the
 * left, such as {@code 1-3-2}, once the line is crossed. Touching a post or crossing the line ends
 * the episode. Geometry, observation, action and modes after the task Avoiding of Jia et al.,
 * "Towards Diverse Behaviors: A Benchmark for Imitation Learning with Human Demonstrations" (D3IL,
 * 2024), section 4; models and code are our own.
 *
 * <p>Observed: {@code desired}, the position that the hand is controlled to, and {@code position},
 * both (x, y) in metres. The actions are velocities of the desired position, 1 is 1 cm a step. The
 * reward is the share of the way from start to line by which the hand advances, so that a success
 * returns 1.
 */
final class Avoiding implements Task {
  /** Where the hand begins, x. */
  static final double START_X = 0.525;

  /** Where the hand begins, y. */
  static final double START_Y = -0.28;

  /** The finishing line, y. */
  static final double LINE = 0.35;

  /** The rows of posts, y. */
  static final double[] ROWS = {-0.1, 0.08, 0.26};

  /** Number of gaps of each row. */
  static final int[] GAPS = {2, 3, 4};

  private static final String[][] POSTS = {
    {"post_1_1"}, {"post_2_1", "post_2_2"}, {"post_3_1", "post_3_2", "post_3_3"}
  };

  private static final List<String> ROUTES = routeNames();
  private static final List<Optional<String>> OUTCOMES = ROUTES.stream().map(Optional::of).toList();

  private static final int EPISODE = 250;

  private final Simulation simulation;
  private final double[][] postX = new double[POSTS.length][];
  private final double[][] touching = new double[POSTS.length][];
  private final int[] gaps = new int[POSTS.length];
  private int rowsPassed;
  private double before;
  private Optional<String> outcome = Optional.empty();

  Avoiding(Simulation simulation) {
    this.simulation = simulation;
    Model model = simulation.model();
    StateCheck.require(model, "hand_x", "hand_y");
    Model.Field place = model.field("geom_pos");
    Model.Field size = model.field("geom_size");
    double hand = size.at(model.index(Element.GEOM, "hand"), 0);
    for (int row = 0; row < POSTS.length; row++) {
      postX[row] = new double[POSTS[row].length];
      touching[row] = new double[POSTS[row].length];
      for (int i = 0; i < POSTS[row].length; i++) {
        int geom = model.index(Element.GEOM, POSTS[row][i]);
        postX[row][i] = place.at(geom, 0);
        touching[row][i] = hand + size.at(geom, 0);
      }
    }
  }

  static TaskDefinition definition(int physicsSteps) {
    return new TaskDefinition(
            "avoiding",
            "cross three rows of posts without touching one, on one of 24 routes",
            "avoiding.xml",
            physicsSteps,
            Avoiding::new,
            EPISODE,
            List.of(
                new ExpertDefinition(
                    "balanced",
                    "takes the 24 routes in turn, with smooth noise",
                    model -> new AvoidingExpert(model, true)),
                new ExpertDefinition(
                    "skewed",
                    "draws the route, the k-th one in proportion to 0.8^k, with smooth noise",
                    model -> new AvoidingExpert(model, false))))
        .withPath("hand");
  }

  private static List<String> routeNames() {
    List<String> names = new ArrayList<>();
    for (int a = 1; a <= GAPS[0]; a++) {
      for (int b = 1; b <= GAPS[1]; b++) {
        for (int c = 1; c <= GAPS[2]; c++) {
          names.add(a + "-" + b + "-" + c);
        }
      }
    }
    return List.copyOf(names);
  }

  /** The gaps of a route, from 0 at the left. */
  static int[] gaps(int route) {
    return new int[] {route / (GAPS[1] * GAPS[2]), route / GAPS[2] % GAPS[1], route % GAPS[2]};
  }

  /** How many routes there are. */
  static int routes() {
    return ROUTES.size();
  }

  @Override
  public void begin(RandomStream random) {
    simulation.qpos().put(0, START_X).put(1, START_Y);
    simulation.act().put(0, START_X).put(1, START_Y);
    rowsPassed = 0;
    outcome = Optional.empty();
  }

  @Override
  public List<Part> parts() {
    return List.of(new Part("desired", 2), new Part("position", 2));
  }

  @Override
  public void observe(double[] out, int offset) {
    int at = Numbers.some(simulation.act(), 0, 2, out, offset);
    Numbers.some(simulation.qpos(), 0, 2, out, at);
  }

  @Override
  public void advance() {
    DoubleBuffer qpos = simulation.qpos();
    while (rowsPassed < ROWS.length && qpos.get(1) >= ROWS[rowsPassed]) {
      gaps[rowsPassed] = gap(rowsPassed, qpos.get(0));
      rowsPassed++;
    }
    if (rowsPassed == ROWS.length && qpos.get(1) > LINE) {
      outcome = OUTCOMES.get((gaps[0] * GAPS[1] + gaps[1]) * GAPS[2] + gaps[2]);
    }
  }

  /** The gap of a row that a place is in, from 0 at the left. */
  private int gap(int row, double x) {
    int gap = 0;
    while (gap < postX[row].length && x > postX[row][gap]) {
      gap++;
    }
    return gap;
  }

  @Override
  public void beforeStep() {
    before = simulation.qpos().get(1);
  }

  @Override
  public double reward() {
    return (simulation.qpos().get(1) - before) / (LINE - START_Y);
  }

  private boolean isAcross() {
    return simulation.qpos().get(1) > LINE;
  }

  private boolean touchesPost() {
    double px = simulation.qpos().get(0);
    double py = simulation.qpos().get(1);
    for (int row = 0; row < ROWS.length; row++) {
      for (int i = 0; i < postX[row].length; i++) {
        if (Math.hypot(px - postX[row][i], py - ROWS[row]) <= touching[row][i]) {
          return true;
        }
      }
    }
    return false;
  }

  @Override
  public boolean isTerminal() {
    return isAcross() || touchesPost();
  }

  @Override
  public Optional<Boolean> success() {
    return isAcross() ? MET : NOT_MET;
  }

  @Override
  public List<String> outcomes() {
    return ROUTES;
  }

  @Override
  public Optional<String> outcome() {
    return outcome;
  }
}
