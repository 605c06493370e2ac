package dev.difftop.learning;

import dev.difftop.api.Array;
import dev.difftop.api.DType;
import dev.difftop.api.Problem;
import dev.difftop.api.Solution;
import dev.difftop.api.Solver;
import dev.difftop.optimization.adjoint.Adjoint;
import dev.difftop.optimization.adjoint.Cotangents;
import dev.difftop.optimization.adjoint.Gradients;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/**
 * Compares adjoints with differences of re-solved problems, block by block: of every parameter and
 * of the initial state some entries, half of them those with the largest gradient, half drawn. The
 * loss is linear in the planned actions. Meant for float64 and a solver with a tight tolerance: the
 * noise of a solve enters as tolerance / (curvature · step).
 */
public final class GradientAudit {
  /** Name of the block of initial states, through which an encoder learns. */
  public static final String STATE = "initial state";

  /** Blocks in which nothing is larger than this count as zero. */
  private static final double NOTHING = 1e-10;

  /**
   * One adjoint on one block.
   *
   * @param block full name of a parameter, or {@link #STATE}
   * @param adjoint its name
   * @param entries how many entries were compared
   * @param cosine between gradient and differences over these entries; 1 if both are zero
   * @param ratio length of the gradient over that of the differences; 1 if both are zero
   */
  public record Row(String block, String adjoint, int entries, double cosine, double ratio) {
    /** Whether direction and length agree. */
    public boolean isGood(double tolerance) {
      return cosine >= 1 - tolerance && Math.abs(ratio - 1) <= tolerance;
    }
  }

  private final Problem problem;
  private final Solver solver;
  private final double[] weights;
  private final int entries;
  private final double step;
  private final Solution solution;

  /**
   * Solves the problem from zero actions.
   *
   * @param weights of the planned actions in the loss, (B, H, nu)
   * @param entries how many entries of a block are compared at most, at least 1
   * @param step by which an entry is moved either way, relative to 1 + its size, above 0
   */
  public GradientAudit(Problem problem, Solver solver, double[] weights, int entries, double step) {
    if (entries < 1 || !(step > 0)) {
      throw new IllegalArgumentException(
          "audit: found %d entries and step %s, expected at least 1 and above 0"
              .formatted(entries, step));
    }
    this.problem = problem;
    this.solver = solver;
    this.weights = weights.clone();
    this.entries = entries;
    this.step = step;
    this.solution = solver.solve(problem);
  }

  /** The solution around which it looks. */
  public Solution solution() {
    return solution;
  }

  /** Compares adjoints by name; the first one chooses the entries with the largest gradient. */
  public List<Row> compare(Map<String, Adjoint> adjoints, RandomGenerator random) {
    Map<String, Map<String, double[]>> gradients = new LinkedHashMap<>();
    adjoints.forEach((name, adjoint) -> gradients.put(name, gradient(adjoint)));
    List<Row> rows = new ArrayList<>();
    Map<String, double[]> first = gradients.values().iterator().next();
    first.forEach(
        (block, gradient) -> {
          int[] chosen = choose(gradient, random);
          double[] differences = differences(block, chosen);
          gradients.forEach(
              (name, all) -> rows.add(row(block, name, all.get(block), chosen, differences)));
        });
    return rows;
  }

  private Map<String, double[]> gradient(Adjoint adjoint) {
    Gradients g = adjoint.pullBack(problem, solution, Cotangents.ofActions(weights));
    Map<String, double[]> out = new LinkedHashMap<>();
    g.parameters().forEach((name, array) -> out.put(name, array.toDoubles()));
    out.put(STATE, g.initialState().toDoubles());
    return out;
  }

  private int[] choose(double[] gradient, RandomGenerator random) {
    Set<Integer> chosen = new LinkedHashSet<>();
    IntStream.range(0, gradient.length)
        .boxed()
        .sorted(Comparator.comparingDouble(i -> -Math.abs(gradient[i])))
        .limit((entries + 1) / 2)
        .forEach(chosen::add);
    while (chosen.size() < Math.min(entries, gradient.length)) {
      chosen.add(random.nextInt(gradient.length));
    }
    return chosen.stream().mapToInt(Integer::intValue).toArray();
  }

  private double[] differences(String block, int[] chosen) {
    Array values = block.equals(STATE) ? problem.initialState() : problem.parameters().get(block);
    double[] out = new double[chosen.length];
    for (int i = 0; i < chosen.length; i++) {
      double h = step * (1 + Math.abs(values.get(chosen[i])));
      double up = loss(moved(block, values, chosen[i], h));
      double down = loss(moved(block, values, chosen[i], -h));
      out[i] = (up - down) / (2 * h);
    }
    return out;
  }

  private Problem moved(String block, Array values, int entry, double by) {
    Array array = values.as(DType.FLOAT64);
    array.set(entry, array.get(entry) + by);
    boolean isState = block.equals(STATE);
    Map<String, Array> parameters = new LinkedHashMap<>(problem.parameters());
    if (!isState) {
      parameters.put(block, array);
    }
    return new Problem(
        problem.spec(),
        problem.dtype(),
        isState ? array : problem.initialState(),
        problem.low(),
        problem.high(),
        problem.context(),
        parameters);
  }

  private double loss(Problem changed) {
    double[] u = solver.solve(changed, solution.actions()).actions().toDoubles();
    double sum = 0;
    for (int i = 0; i < u.length; i++) {
      sum += weights[i] * u[i];
    }
    return sum;
  }

  private static Row row(
      String block, String adjoint, double[] gradient, int[] chosen, double[] differences) {
    double product = 0;
    double found = 0;
    double expected = 0;
    double largest = 0;
    for (int i = 0; i < chosen.length; i++) {
      double g = gradient[chosen[i]];
      product += g * differences[i];
      found += g * g;
      expected += differences[i] * differences[i];
      largest = Math.max(largest, Math.max(Math.abs(g), Math.abs(differences[i])));
    }
    boolean isZero = largest <= NOTHING;
    double cosine = isZero ? 1 : product / Math.sqrt(found * expected);
    double ratio = isZero ? 1 : Math.sqrt(found / expected);
    return new Row(block, adjoint, chosen.length, cosine, ratio);
  }
}
