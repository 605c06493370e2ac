package dev.difftop.learning.audit;

import dev.difftop.api.Problem;
import dev.difftop.api.Solution;
import dev.difftop.api.Solver;
import dev.difftop.api.Status;
import dev.difftop.api.array.Array;
import dev.difftop.api.array.DType;
import dev.difftop.optimization.adjoint.Adjoint;
import dev.difftop.optimization.adjoint.Cotangents;
import dev.difftop.optimization.adjoint.Gradients;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/**
 * Compares adjoints with central differences of re-solved problems, block by block: of every
 * parameter (those outside of the problem that produce an input of it included), of the initial
 * state and of context leaves some entries, half of them those with the largest gradient, half
 * drawn. The loss is linear in the planned actions, {@code L = Σ weights · u}.
 *
 * <p>Differences are as good as the solves: an error of a solve enters as stationarity / (curvature
 * · step). So problems are solved again with a tight tolerance in float64. Samples that do not come
 * to rest even so are left out of the loss, and so are those that the first adjoint masks; an entry
 * that moves another sample out of its minimum is not compared. Both are counted.
 */
public final class GradientAudit {
  /** Name of the block of initial states. */
  public static final String STATE = "initial state";

  /** Before the name of a context leaf in the name of its block. */
  public static final String CONTEXT = "context ";

  /** Blocks in which nothing is larger than this count as zero. */
  private static final double NOTHING = 1e-10;

  /** A stationarity below this share of the step is stationary, whatever the tolerance was. */
  private static final double AT_REST = 1e-3;

  /**
   * One adjoint on one block.
   *
   * @param block full name of a parameter, {@link #STATE}, or {@link #CONTEXT} and the name of a
   *     leaf
   * @param adjoint its name
   * @param entries how many entries were compared
   * @param unsolved how many more were chosen, but moved to where a solve did not come to rest
   * @param cosine between gradient and differences over these entries: 1 if both are zero, 0 if one
   *     is, NaN without entries
   * @param ratio length of the gradient over that of the differences: 1 if both are zero, NaN
   *     without entries
   */
  public record Row(
      String block, String adjoint, int entries, int unsolved, double cosine, double ratio) {
    /** Whether direction and length agree. */
    public boolean isGood(double tolerance) {
      return cosine >= 1 - tolerance && Math.abs(ratio - 1) <= tolerance;
    }
  }

  /**
   * What is differentiated.
   *
   * @param problem float64 for differences that mean something
   * @param solution where the adjoints differentiate, as the learner has found it
   * @param weights of the planned actions in the loss, (B, H, nu)
   * @param inputs what parameters outside of the problem produce; none if its numbers are just
   *     given
   */
  public record Subject(
      Problem problem, Solution solution, double[] weights, List<? extends DerivedInput> inputs) {
    /**
     * Checked.
     *
     * @throws IllegalArgumentException if there is not one weight per action
     */
    public Subject {
      if (weights.length != solution.actions().size()) {
        throw new IllegalArgumentException(
            "weights: found %d, expected one for each of %d planned actions"
                .formatted(weights.length, solution.actions().size()));
      }
      inputs = List.copyOf(inputs);
    }

    /** With at most one input that is produced. */
    public Subject(
        Problem problem,
        Solution solution,
        double[] weights,
        Optional<? extends DerivedInput> input) {
      this(problem, solution, weights, input.map(List::of).orElse(List.of()));
    }
  }

  /**
   * What an audit found.
   *
   * @param rows one per block and adjoint
   * @param leftOut which samples the loss leaves out
   */
  public record Report(List<Row> rows, boolean[] leftOut) {
    /** How many samples the loss leaves out. */
    public int leftOutCount() {
      int count = 0;
      for (boolean out : leftOut) {
        count += out ? 1 : 0;
      }
      return count;
    }
  }

  private final Subject subject;
  private final Problem problem;
  private final Solver solver;
  private final int entries;
  private final double step;
  private final Solution base;
  private final double[] weights;
  private final boolean[] leftOut;

  /**
   * Solves once more, from the solution on.
   *
   * @param solver solves again for the differences
   * @param entries how many entries of a block are compared at most, at least 1
   * @param step by which an entry is moved either way, relative to 1 + its size, above 0
   */
  public GradientAudit(Subject subject, Solver solver, int entries, double step) {
    if (entries < 1 || !(step > 0) || Double.isInfinite(step)) {
      throw new IllegalArgumentException(
          "audit: found %d entries and step %s, expected at least 1 and above 0"
              .formatted(entries, step));
    }
    this.subject = subject;
    this.problem = subject.problem();
    this.solver = solver;
    this.entries = entries;
    this.step = step;
    this.base = solver.solve(problem, subject.solution().actions());
    this.weights = subject.weights().clone();
    this.leftOut = new boolean[problem.batch()];
    for (int b = 0; b < leftOut.length; b++) {
      if (!isAtRest(base, b)) {
        leaveOut(b);
      }
    }
  }

  private boolean isAtRest(Solution found, int b) {
    boolean stalled = found.status(b) == Status.STALLED;
    return found.status(b).isConverged() || (stalled && found.stationarity()[b] <= AT_REST * step);
  }

  private void leaveOut(int b) {
    int n = weights.length / leftOut.length;
    leftOut[b] = true;
    Arrays.fill(weights, b * n, (b + 1) * n, 0);
  }

  /**
   * Compares adjoints by name. The first one chooses the entries with the largest gradient, and
   * what it masks is left out for all.
   */
  public Report compare(Map<String, Adjoint> adjoints, RandomGenerator random) {
    leaveOutWhatIsMasked(adjoints.values().iterator().next());
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
    return new Report(rows, leftOut.clone());
  }

  private void leaveOutWhatIsMasked(Adjoint adjoint) {
    Gradients.Sample[] samples = pullBack(adjoint).samples();
    for (int b = 0; b < samples.length; b++) {
      if (samples[b].masked()) {
        leaveOut(b);
      }
    }
  }

  private Gradients pullBack(Adjoint adjoint) {
    return adjoint.pullBack(problem, subject.solution(), Cotangents.ofActions(weights));
  }

  private Map<String, double[]> gradient(Adjoint adjoint) {
    Gradients g = pullBack(adjoint);
    Map<String, double[]> out = new LinkedHashMap<>();
    for (DerivedInput input : subject.inputs()) {
      input.pullBack(g).forEach((name, array) -> out.put(name, array.toDoubles()));
    }
    out.putAll(blocks(g));
    return out;
  }

  /** Gradients of a problem's own leaves by block. */
  static Map<String, double[]> blocks(Gradients g) {
    Map<String, double[]> out = new LinkedHashMap<>();
    g.parameters().forEach((name, array) -> out.put(name, array.toDoubles()));
    out.put(STATE, g.initialState().toDoubles());
    g.context().forEach((name, array) -> out.put(CONTEXT + name, array.toDoubles()));
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

  /** Of the chosen entries of a block; NaN where a solve does not come to rest. */
  private double[] differences(String block, int[] chosen) {
    Array values = values(block);
    double[] out = new double[chosen.length];
    Arrays.fill(out, Double.NaN);
    for (int i = 0; i < chosen.length && !isEverythingLeftOut(); i++) {
      double h = step * (1 + Math.abs(values.get(chosen[i])));
      double up = loss(moved(block, values, chosen[i], h));
      double down = loss(moved(block, values, chosen[i], -h));
      out[i] = (up - down) / (2 * h);
    }
    return out;
  }

  private boolean isEverythingLeftOut() {
    for (boolean out : leftOut) {
      if (!out) {
        return false;
      }
    }
    return true;
  }

  private Optional<? extends DerivedInput> producer(String block) {
    return subject.inputs().stream()
        .filter(input -> input.parameters().containsKey(block))
        .findFirst();
  }

  private Array values(String block) {
    Optional<Array> outside = producer(block).map(input -> input.parameters().get(block));
    if (outside.isPresent()) {
      return outside.get();
    }
    if (block.startsWith(CONTEXT)) {
      return problem.context().get(block.substring(CONTEXT.length()));
    }
    return block.equals(STATE) ? problem.initialState() : problem.parameters().get(block);
  }

  private Problem moved(String block, Array values, int entry, double by) {
    Array array = values.as(DType.FLOAT64);
    array.set(entry, array.get(entry) + by);
    if (block.equals(STATE)) {
      return problem(array, problem.context(), problem.parameters());
    }
    if (block.startsWith(CONTEXT)) {
      Map<String, Array> context = new LinkedHashMap<>(problem.context());
      context.put(block.substring(CONTEXT.length()), array);
      return problem(problem.initialState(), context, problem.parameters());
    }
    Optional<Problem> outside = producer(block).map(input -> input.with(problem, block, array));
    if (outside.isPresent()) {
      return outside.get();
    }
    Map<String, Array> parameters = new LinkedHashMap<>(problem.parameters());
    parameters.put(block, array);
    return problem(problem.initialState(), problem.context(), parameters);
  }

  private Problem problem(
      Array initialState, Map<String, Array> context, Map<String, Array> parameters) {
    return new Problem(
        problem.spec(),
        problem.dtype(),
        initialState,
        problem.low(),
        problem.high(),
        context,
        parameters);
  }

  /** NaN if a sample that counts does not come to rest. */
  private double loss(Problem changed) {
    Solution found = solver.solve(changed, base.actions());
    double[] u = found.actions().toDoubles();
    int n = u.length / leftOut.length;
    double sum = 0;
    for (int i = 0; i < u.length; i++) {
      sum += leftOut[i / n] ? 0 : weights[i] * u[i];
    }
    for (int b = 0; b < leftOut.length; b++) {
      sum = leftOut[b] || isAtRest(found, b) ? sum : Double.NaN;
    }
    return sum;
  }

  private static Row row(
      String block, String adjoint, double[] gradient, int[] chosen, double[] differences) {
    double product = 0;
    double found = 0;
    double expected = 0;
    int unsolved = 0;
    for (int i = 0; i < chosen.length; i++) {
      if (Double.isNaN(differences[i])) {
        unsolved++;
        continue;
      }
      double g = gradient[chosen[i]];
      product += g * differences[i];
      found += g * g;
      expected += differences[i] * differences[i];
    }
    int compared = chosen.length - unsolved;
    if (compared == 0) {
      return new Row(block, adjoint, 0, unsolved, Double.NaN, Double.NaN);
    }
    double ofGradient = Math.sqrt(found);
    double ofDifferences = Math.sqrt(expected);
    boolean bothZero = Math.max(ofGradient, ofDifferences) <= NOTHING;
    boolean oneZero = ofGradient == 0 || ofDifferences == 0;
    double cosine = bothZero ? 1 : oneZero ? 0 : product / (ofGradient * ofDifferences);
    double ratio = bothZero ? 1 : ofGradient / ofDifferences;
    return new Row(block, adjoint, compared, unsolved, cosine, ratio);
  }
}
