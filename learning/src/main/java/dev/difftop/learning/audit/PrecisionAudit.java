package dev.difftop.learning.audit;

import dev.difftop.api.Problem;
import dev.difftop.api.array.Array;
import dev.difftop.api.array.DType;
import dev.difftop.optimization.adjoint.Adjoint;
import dev.difftop.optimization.adjoint.Cotangents;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What rounding does to a gradient: an adjoint's gradient at a given solution, computed in float32
 * and in mixed precision, beside the same in float64. The solution is that of float64 rounded to
 * float32, so solvers have no part in the difference. For adjoints that need no recorded steps.
 */
public final class PrecisionAudit {
  /** Blocks whose gradient is below this share of the largest block's say nothing. */
  private static final double NEGLIGIBLE = 1e-6;

  /**
   * One adjoint in one precision.
   *
   * @param adjoint its name
   * @param precision such as {@code float32}
   * @param block the parameter, initial state or context leaf with the smallest cosine
   * @param cosine between the gradients of that block; 1 for equal directions
   * @param error length of the difference of the whole gradients over the length in float64
   */
  public record Row(String adjoint, String precision, String block, double cosine, double error) {}

  private final GradientAudit.Subject subject;
  private final Problem rounded;

  /** Of a problem in float64 and its solution. */
  public PrecisionAudit(GradientAudit.Subject subject) {
    this.subject = subject;
    Problem exact = subject.problem();
    this.rounded =
        new Problem(
            exact.spec(),
            DType.FLOAT32,
            exact.initialState().as(DType.FLOAT32),
            exact.low().as(DType.FLOAT32),
            exact.high().as(DType.FLOAT32),
            rounded(exact.context()),
            rounded(exact.parameters()));
  }

  private static Map<String, Array> rounded(Map<String, Array> arrays) {
    Map<String, Array> out = new LinkedHashMap<>();
    arrays.forEach((name, array) -> out.put(name, array.as(DType.FLOAT32)));
    return out;
  }

  /**
   * Compares one adjoint in one precision.
   *
   * @param name of the adjoint
   * @param precision its name
   * @param exact the adjoint with an engine for float64
   * @param other the adjoint with an engine of that precision
   */
  public Row compare(String name, String precision, Adjoint exact, Adjoint other) {
    Map<String, double[]> expected = gradient(exact, subject.problem());
    Map<String, double[]> found = gradient(other, rounded);
    double largest = expected.values().stream().mapToDouble(PrecisionAudit::norm).max().orElse(0);
    String worst = "";
    double cosine = 1;
    double error = 0;
    double length = 0;
    for (String block : expected.keySet()) {
      double[] e = expected.get(block);
      double[] f = found.get(block);
      for (int i = 0; i < e.length; i++) {
        error += (f[i] - e[i]) * (f[i] - e[i]);
        length += e[i] * e[i];
      }
      if (norm(e) > NEGLIGIBLE * largest && cosine(e, f) < cosine) {
        cosine = cosine(e, f);
        worst = block;
      }
    }
    return new Row(name, precision, worst, cosine, length == 0 ? 0 : Math.sqrt(error / length));
  }

  private Map<String, double[]> gradient(Adjoint adjoint, Problem problem) {
    return GradientAudit.blocks(
        adjoint.pullBack(problem, subject.solution(), Cotangents.ofActions(subject.weights())));
  }

  private static double norm(double[] values) {
    return Math.sqrt(product(values, values));
  }

  private static double product(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }

  private static double cosine(double[] a, double[] b) {
    return norm(b) == 0 ? 0 : product(a, b) / (norm(a) * norm(b));
  }
}
