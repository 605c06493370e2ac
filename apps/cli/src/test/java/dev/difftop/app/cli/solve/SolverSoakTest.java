package dev.difftop.app.cli.solve;

import dev.difftop.api.Solver;
import dev.difftop.api.array.DType;
import dev.difftop.api.array.RandomStream;
import dev.difftop.api.program.Engine;
import dev.difftop.assembly.Assembly;
import dev.difftop.assembly.Configurations;
import dev.difftop.assembly.Plugins;
import dev.difftop.testkit.SolverSoak;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Random adversarial problems for every solver on the native engine, in both number formats. {@code
 * -Ddifftop.soak=20000} solves so many, {@code -Ddifftop.soak.limited} so many with limits, {@code
 * -Ddifftop.soak.seed} others; it prints how they ended.
 */
final class SolverSoakTest {
  private static final int FEW = 96;

  /** Of problems with limits, of which each takes as long as many without. */
  private static final int FEW_LIMITED = 32;

  private final Configurations configurations = new Configurations(Plugins.discover());

  @ParameterizedTest
  @CsvSource({
    "ilqr, FLOAT64",
    "ilqr, FLOAT32",
    "gauss-newton, FLOAT64",
    "gauss-newton, FLOAT32",
    "lbfgs, FLOAT64",
    "lbfgs, FLOAT32",
    "augmented-lagrangian, FLOAT64",
    "augmented-lagrangian, FLOAT32",
    "hybrid, FLOAT64",
    "mppi, FLOAT64",
    "mppi, FLOAT32",
    "cem, FLOAT64",
    "cem, FLOAT32"
  })
  void survives(String name, DType dtype) {
    boolean converges = !name.equals("mppi") && !name.equals("cem");
    long seed = Long.getLong("difftop.soak.seed", 3);
    try (Solver solver = make(name, converges, dtype)) {
      SolverSoak soak = new SolverSoak(solver, converges, dtype);
      soak.run(seed, Integer.getInteger("difftop.soak", FEW));
      System.out.printf("soak of %s, %s, seed %d: %s%n", name, dtype, seed, soak.statuses());
    }
  }

  /** Solvers that keep limits on states and sums of actions. */
  @ParameterizedTest
  @CsvSource({
    "augmented-lagrangian, FLOAT64",
    "augmented-lagrangian, FLOAT32",
    "lbfgs, FLOAT64",
    "lbfgs, FLOAT32",
    "gauss-newton, FLOAT64",
    "hybrid, FLOAT64"
  })
  void survivesLimits(String name, DType dtype) {
    long seed = Long.getLong("difftop.soak.seed", 3);
    try (Solver solver = make(name, true, dtype)) {
      SolverSoak soak = SolverSoak.limited(solver, dtype);
      soak.run(seed, Integer.getInteger("difftop.soak.limited", FEW_LIMITED));
      System.out.printf(
          "soak with limits of %s, %s, seed %d: %s%n", name, dtype, seed, soak.statuses());
    }
  }

  private Solver make(String name, boolean converges, DType dtype) {
    String tolerance = dtype == DType.FLOAT64 ? "1e-8" : "1e-3";
    List<String> settings =
        !converges
            ? List.of()
            : switch (name) {
              case "augmented-lagrangian" ->
                  List.of("inner.tolerance=" + tolerance, "inner.max-iterations=500");
              case "hybrid" ->
                  List.of("polish.tolerance=" + tolerance, "polish.max-iterations=2000");
              case "lbfgs" -> List.of("tolerance=" + tolerance, "max-iterations=2000");
              default -> List.of("tolerance=" + tolerance, "max-iterations=500");
            };
    Assembly assembly = new Assembly(configurations.choose(Engine.class, "nd4j", List.of()));
    return assembly.make(configurations.choose(Solver.class, name, settings), RandomStream.root(1));
  }
}
