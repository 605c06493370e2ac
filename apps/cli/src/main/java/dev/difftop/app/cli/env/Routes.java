package dev.difftop.app.cli.env;

import dev.difftop.api.environment.Environment;
import dev.difftop.api.environment.PlanarScene;
import dev.difftop.app.media.RouteChart;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Records the paths of episodes in a plane and their outcomes: call {@link #begin} after a reset,
 * {@link #accept} after every step. Draws them over what surrounds them, a colour for each outcome.
 */
public final class Routes implements Consumer<Environment> {
  private static final String OBSTACLE = "#c8c8c8";
  private static final String GOAL = "#f3b8bd";

  private final String title;
  private final PlanarScene scene;
  private final List<String> outcomes;
  private final List<List<double[]>> paths = new ArrayList<>();
  private final List<Optional<String>> found = new ArrayList<>();

  private Routes(String title, PlanarScene scene, List<String> outcomes) {
    this.title = title;
    this.scene = scene;
    this.outcomes = outcomes;
  }

  /**
   * A recorder, empty if episodes of the environment are no paths in a plane.
   *
   * @param title of the chart
   */
  public static Optional<Routes> of(Environment environment, String title) {
    if (!(environment instanceof Environment.Planar planar)) {
      return Optional.empty();
    }
    List<String> names = environment instanceof Environment.Outcomes o ? o.outcomes() : List.of();
    return planar.scene().map(scene -> new Routes(title, scene, names));
  }

  /** Begins the path of an episode that has just been reset. */
  public void begin(Environment environment) {
    paths.add(new ArrayList<>());
    found.add(Optional.empty());
    accept(environment);
  }

  @Override
  public void accept(Environment environment) {
    int last = paths.size() - 1;
    paths.get(last).add(((Environment.Planar) environment).planarPosition());
    if (environment instanceof Environment.Outcomes o) {
      found.set(last, o.outcome());
    }
  }

  /** Number of episodes by outcome, in the order of outcomes; those without any are left out. */
  public Map<String, Integer> counts() {
    Map<String, Integer> counts = new LinkedHashMap<>();
    for (String name : outcomes) {
      int count = (int) found.stream().filter(o -> o.filter(name::equals).isPresent()).count();
      if (count > 0) {
        counts.put(name, count);
      }
    }
    return counts;
  }

  /**
   * Entropy of the distribution over outcomes, of the episodes that have one, to the base of their
   * number: 1 if all are equally frequent, 0 if there is only one. NaN without such an episode.
   */
  public double entropy() {
    Map<String, Integer> counts = counts();
    double total = counts.values().stream().mapToInt(Integer::intValue).sum();
    double entropy = total == 0 ? Double.NaN : 0;
    for (int count : counts.values()) {
      entropy -= count / total * Math.log(count / total) / Math.log(outcomes.size());
    }
    return entropy;
  }

  /** Draws all paths. */
  public void write(Path file) throws IOException {
    RouteChart chart = new RouteChart(title, outcomes, "no outcome");
    for (PlanarScene.Area area : scene.areas()) {
      chart.area(area.outline(), area.kind() == PlanarScene.Kind.GOAL ? GOAL : OBSTACLE);
    }
    for (int i = 0; i < paths.size(); i++) {
      chart.path(found.get(i).orElse(""), paths.get(i).toArray(double[][]::new));
    }
    chart.write(file);
  }
}
