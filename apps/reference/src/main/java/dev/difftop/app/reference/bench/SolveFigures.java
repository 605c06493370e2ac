package dev.difftop.app.reference.bench;

import dev.difftop.api.Solution;
import dev.difftop.api.Status;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/** What every row of {@code bench solvers} says of the solution beside its time. */
final class SolveFigures {
  private SolveFigures() {}

  /** Largest stationarity, how many converged, most iterations; a map that may be added to. */
  static Map<String, Object> of(Solution solution) {
    Map<String, Object> figures = new LinkedHashMap<>();
    figures.put("stationarity", Arrays.stream(solution.stationarity()).max().orElseThrow());
    figures.put("converged", Arrays.stream(solution.status()).filter(Status::isConverged).count());
    figures.put("iterations", Arrays.stream(solution.iterations()).max().orElseThrow());
    return figures;
  }
}
