package dev.difftop.testkit;

import static dev.difftop.testkit.Numeric.assertClose;
import static dev.difftop.testkit.Numeric.assertFinite;
import static dev.difftop.testkit.Numeric.assertSameBits;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.difftop.api.array.DType;
import dev.difftop.api.array.Shape;
import dev.difftop.api.program.Interpreter;
import dev.difftop.api.program.Program;
import dev.difftop.api.program.Tensor;
import dev.difftop.api.program.Transforms;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * What encoders, dynamics and costs have in common: programs of the declared leaves, per sample,
 * finite, with derivatives that agree with differences. The contracts of the three extend it.
 *
 * @param <C> configuration record
 * @param <T> service
 */
public abstract class ModelContract<C extends Record, T> extends ProviderContract<C, T> {
  private static final int BATCH = 3;
  private static final double FIRST = 1e-7;
  private static final double SECOND = 1e-6;

  /** Traces a new instance: inputs, leaves, outputs. */
  abstract TracedModel trace();

  /** The shape every output must have. */
  abstract Map<String, Shape> expectedShapes();

  /** Whether second derivatives exist. */
  boolean isTwiceDifferentiable() {
    return true;
  }

  /** One component of a state, drawn where the model is meant to work; normal by default. */
  protected double state(Random random) {
    return random.nextGaussian();
  }

  /** One component of an action; uniform in [-1, 1] by default. */
  protected double action(Random random) {
    return 2 * random.nextDouble() - 1;
  }

  /** One number of a context leaf; normal by default. */
  protected double context(Random random) {
    return random.nextGaussian();
  }

  @Test
  void resultsHaveTheDeclaredShapes() {
    TracedModel model = trace();
    expectedShapes()
        .forEach((name, shape) -> assertEquals(shape, model.outputs().get(name).shape(), name));
  }

  @Test
  void usesEveryLeafThatItDeclares() {
    TracedModel model = trace();
    List<Tensor> nodes = model.program().nodes();
    model.leaves().forEach((name, leaf) -> assertTrue(nodes.contains(leaf), name + " is not used"));
  }

  @Test
  void treatsEverySampleAlone() {
    TracedModel model = trace();
    TestProgram program = new TestProgram("model", model.program(), List.of());
    assertFalse(program.mixesSamples(), "a result depends on more than one sample");
  }

  @Test
  void isFiniteWithItsDerivativesWhereverItIsMeantToWork() {
    TracedModel model = trace();
    Derivatives d = new Derivatives(model);
    for (double spread : new double[] {0, 1, 3}) {
      double[][] found = d.run(d.values(17, spread));
      for (int i = 0; i < found.length; i++) {
        assertFinite(found[i], d.program.outputNames().get(i) + " at spread " + spread);
      }
    }
  }

  @Test
  void sameInputSameBits() {
    TracedModel first = trace();
    TracedModel second = trace();
    double[][] values = first.values(BATCH, 3, 1);
    double[][] expected = run(first.program(), values);
    double[][] found = run(second.program(), values);
    for (int i = 0; i < expected.length; i++) {
      assertSameBits(expected[i], found[i], first.program().outputNames().get(i));
    }
  }

  private static double[][] run(Program program, double[][] values) {
    return Numeric.run(new Interpreter(), program, BATCH, DType.FLOAT64, values);
  }

  @Test
  void derivativesAgreeWithDifferences() {
    Derivatives d = new Derivatives(trace());
    for (long seed = 1; seed <= 3; seed++) {
      double[][] at = d.values(seed, 1);
      for (int i = 0; i < d.wrt.size(); i++) {
        double[][] direction = d.along(i, seed, at);
        double expected = sum(Differences.along(d.program, 0, BATCH, at, direction));
        double found = dot(d.run(at)[1 + i], direction[d.inputIndex(i)]);
        assertClose(new double[] {expected}, new double[] {found}, FIRST, "slope in " + d.name(i));
      }
    }
  }

  @Test
  void secondDerivativesAgreeWithDifferences() {
    if (!isTwiceDifferentiable()) {
      return;
    }
    Derivatives d = new Derivatives(trace());
    for (int i = 0; i < d.wrt.size(); i++) {
      double[][] at = d.values(7 + i, 1);
      double[][] direction = d.along(i, 11 + i, at);
      Program bent = d.second(i);
      for (int k = 0; k < d.wrt.size(); k++) {
        double[] expected = Differences.along(d.program, 1 + k, BATCH, at, direction);
        double[] found = run(bent, d.withDirection(at, direction[d.inputIndex(i)]))[k];
        assertClose(expected, found, SECOND, "second in " + d.name(k) + " and " + d.name(i));
      }
    }
  }

  private static double sum(double[] values) {
    double sum = 0;
    for (double v : values) {
      sum += v;
    }
    return sum;
  }

  private static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }

  /** A weighted sum of all outputs, per sample, and its gradients in all inputs but the time. */
  private static final class Derivatives {
    final TracedModel model;
    final List<Tensor> wrt = new ArrayList<>();
    final List<Tensor> slopes;
    final Program program;

    Derivatives(TracedModel model) {
      this.model = model;
      Tensor sum = Tensor.zeros(Shape.batched());
      int weight = 1;
      for (Tensor y : model.outputs().values()) {
        sum = sum.plus(y.times(Math.cos(weight++)).sin().plus(y.times(0.3)).sumPerSample());
      }
      for (Tensor input : model.inputs()) {
        if (!input.primitive().name().equals("input t")) {
          wrt.add(input);
        }
      }
      slopes = Transforms.gradient(sum, wrt);
      Map<String, Tensor> outputs = new LinkedHashMap<>();
      outputs.put("sum", sum);
      for (int i = 0; i < wrt.size(); i++) {
        outputs.put("slope in " + name(i), slopes.get(i));
      }
      program = model.program(outputs, List.of());
    }

    String name(int i) {
      return wrt.get(i).primitive().name();
    }

    int inputIndex(int i) {
      return model.inputs().indexOf(wrt.get(i));
    }

    double[][] values(long seed, double spread) {
      return model.values(BATCH, seed, spread);
    }

    double[][] run(double[][] values) {
      return ModelContract.run(program, values);
    }

    /** All zeros but a direction of length 1 in one input. */
    double[][] along(int i, long seed, double[][] at) {
      double[][] out = new double[at.length][];
      for (int k = 0; k < at.length; k++) {
        out[k] = new double[at[k].length];
      }
      Random random = new Random(seed);
      double[] d = random.doubles(out[inputIndex(i)].length, -1, 1).toArray();
      double norm = Math.sqrt(dot(d, d));
      for (int k = 0; k < d.length; k++) {
        out[inputIndex(i)][k] = d[k] / norm;
      }
      return out;
    }

    /** The change of all gradients along a direction in one input. */
    Program second(int i) {
      Tensor direction = Tensor.input("direction", wrt.get(i).shape());
      List<Tensor> bent = Transforms.jvp(slopes, List.of(wrt.get(i)), List.of(direction));
      Map<String, Tensor> outputs = new LinkedHashMap<>();
      for (int k = 0; k < bent.size(); k++) {
        outputs.put("second " + k, bent.get(k));
      }
      return model.program(outputs, List.of(direction));
    }

    double[][] withDirection(double[][] at, double[] direction) {
      double[][] out = java.util.Arrays.copyOf(at, at.length + 1);
      out[at.length] = direction;
      return out;
    }
  }
}
