package dev.difftop.testkit;

import dev.difftop.api.array.DType;
import dev.difftop.api.program.CompiledProgram;
import dev.difftop.api.program.Interpreter;
import dev.difftop.api.program.Program;
import java.util.function.ToDoubleFunction;

/**
 * Central differences: the judge of derivatives. In float64 they are right to about 1e-9 relative
 * where third derivatives are of the size of the first; expect 1e-7.
 */
public final class Differences {
  /** The step that balances rounding and truncation, for values around 1. */
  public static final double STEP = Math.cbrt(Math.ulp(1.0));

  private Differences() {}

  /** Gradient of a function at a point, steps {@link #STEP} max(1, |x_i|). */
  public static double[] central(ToDoubleFunction<double[]> function, double[] x) {
    return central(function, x, STEP);
  }

  /**
   * Gradient of a function at a point.
   *
   * @param step relative to max(1, |x_i|). Where the function has noise of its own, as a solve that
   *     stops at a tolerance has, the error is noise / step: take 1e-4 with a tolerance of 1e-12
   */
  public static double[] central(ToDoubleFunction<double[]> function, double[] x, double step) {
    double[] gradient = new double[x.length];
    for (int i = 0; i < x.length; i++) {
      double h = step * Math.max(1, Math.abs(x[i]));
      double[] up = x.clone();
      double[] down = x.clone();
      up[i] += h;
      down[i] -= h;
      gradient[i] = (function.applyAsDouble(up) - function.applyAsDouble(down)) / (up[i] - down[i]);
    }
    return gradient;
  }

  /**
   * Derivative of an output of a program along a direction, in float64 by the interpreter.
   *
   * @param output index of the output
   * @param at numbers of every input
   * @param direction change of every input
   * @return of the size of the output
   */
  public static double[] along(
      Program program, int output, int batch, double[][] at, double[][] direction) {
    try (CompiledProgram plan = new Interpreter().compile(program, batch, DType.FLOAT64)) {
      double[] up = Numeric.run(plan, moved(at, direction, STEP))[output];
      double[] down = Numeric.run(plan, moved(at, direction, -STEP))[output];
      double[] slope = new double[up.length];
      for (int i = 0; i < slope.length; i++) {
        slope[i] = (up[i] - down[i]) / (2 * STEP);
      }
      return slope;
    }
  }

  /**
   * Gradient of the sum of all elements of an output in one input, in float64 by the interpreter.
   *
   * @param output index of the output
   * @param input index of the input
   * @param at numbers of every input
   */
  public static double[] gradient(
      Program program, int output, int input, int batch, double[][] at) {
    try (CompiledProgram plan = new Interpreter().compile(program, batch, DType.FLOAT64)) {
      return central(
          x -> {
            double[][] moved = at.clone();
            moved[input] = x;
            double sum = 0;
            for (double y : Numeric.run(plan, moved)[output]) {
              sum += y;
            }
            return sum;
          },
          at[input]);
    }
  }

  private static double[][] moved(double[][] at, double[][] direction, double step) {
    double[][] out = new double[at.length][];
    for (int i = 0; i < at.length; i++) {
      out[i] = at[i].clone();
      for (int k = 0; k < out[i].length; k++) {
        out[i][k] += step * direction[i][k];
      }
    }
    return out;
  }
}
