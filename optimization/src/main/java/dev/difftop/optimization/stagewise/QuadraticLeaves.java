package dev.difftop.optimization.stagewise;

import dev.difftop.api.ProblemSpec;
import dev.difftop.api.array.Array;
import dev.difftop.api.array.Shape;
import dev.difftop.api.program.Program;
import dev.difftop.optimization.Objective;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The derivative of a loss in the leaves of a linear-quadratic problem; see {@link
 * SensitivityPass}.
 */
final class QuadraticLeaves {
  private final ProblemSpec spec;
  private final int batch;
  private final int group;
  private final LeafWriter.Layout layout;
  private final Map<String, LeafWriter> context = new LinkedHashMap<>();
  private final Map<String, LeafWriter> parameters = new LinkedHashMap<>();

  /**
   * For a spec and a batch.
   *
   * @param matrices of {@link dev.difftop.optimization.StageExpansion#quadratic}
   * @param forms of the matrices
   */
  QuadraticLeaves(
      ProblemSpec spec, int batch, Program matrices, Map<String, LeafForms.Form[]> forms) {
    this.spec = spec;
    this.batch = batch;
    this.group = Packing.stageGroup(batch);
    this.layout = new LeafWriter.Layout(forms);
    int[] mirror = mirror();
    spec.context()
        .forEach(
            (name, shape) ->
                context.put(
                    name,
                    new LeafWriter(
                        forms, layout, matrices.inputIndex(name), shape.size(), mirror)));
    spec.parameters()
        .forEach(
            (name, p) ->
                parameters.put(
                    name,
                    new LeafWriter(
                        forms, layout, matrices.inputIndex(name), p.shape().size(), mirror)));
  }

  private int[] mirror() {
    int[] mirror = new int[layout.size()];
    for (int i = 0; i < mirror.length; i++) {
      mirror[i] = i;
    }
    int n = spec.stateSize() + spec.actionSize();
    for (int t = 0; t < spec.horizon(); t++) {
      mirror(mirror, layout.start("hessian") + t * n * n, n);
    }
    mirror(mirror, layout.start("lastHessian"), spec.stateSize());
    return mirror;
  }

  private static void mirror(int[] mirror, int start, int n) {
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < n; j++) {
        mirror[start + i * n + j] = start + j * n + i;
      }
    }
  }

  /** What a thread computes with. */
  Scratch scratch() {
    return new Scratch();
  }

  /** The sums of a pull-back, zeros at first. */
  Sums begin() {
    return new Sums();
  }

  /** The derivative in the matrices of one sample. */
  final class Scratch {
    private final double[] matrices = new double[layout.size()];
    private final double[] leaf;
    private final double[] w;
    private final double[] dw;
    private final double[] costate;
    private final double[] bent;

    Scratch() {
      int nx = spec.stateSize();
      int n = nx + spec.actionSize();
      int largest =
          spec.parameters().values().stream().mapToInt(p -> p.shape().size()).max().orElse(0);
      this.leaf = new double[largest];
      this.w = new double[n];
      this.dw = new double[n];
      this.costate = new double[nx];
      this.bent = new double[nx];
    }

    private void compute(SampleBlock b, Directions d, int lane, double costBar) {
      int nx = b.nx;
      int n = b.expansion.n;
      for (int t = 0; t < b.horizon; t++) {
        read(b.current.stages[t], w, lane);
        read(d.stages[t], dw, lane);
        read(b.expansion.costates[t], costate, lane);
        read(d.costates[t + 1], bent, lane);
        for (int i = 0; i < nx; i++) {
          bent[i] -= costBar * costate[i];
        }
        dynamics(layout.start("jacobian") + t * nx * n, nx, n);
        for (int i = 0; i < nx; i++) {
          matrices[layout.start("offset") + t * nx + i] = -bent[i];
        }
        cost(layout.start("hessian") + t * n * n, layout.start("gradient") + t * n, n, costBar);
        matrices[layout.start("constant") + t] = costBar;
      }
      read(b.current.stages[b.horizon], w, lane);
      read(d.stages[b.horizon], dw, lane);
      cost(layout.start("lastHessian"), layout.start("lastGradient"), nx, costBar);
      matrices[layout.start("lastConstant")] = costBar;
    }

    private void read(double[][] entries, double[] to, int lane) {
      for (int e = 0; e < entries.length; e++) {
        to[e] = entries[e][lane];
      }
    }

    /** {@code -(λ dwᵀ + dλ wᵀ)}. */
    private void dynamics(int at, int nx, int n) {
      for (int i = 0; i < nx; i++) {
        double l = -costate[i];
        double dl = -bent[i];
        int row = at + i * n;
        for (int j = 0; j < n; j++) {
          matrices[row + j] = l * dw[j] + dl * w[j];
        }
      }
    }

    /** {@code -1/2 (dw wᵀ + w dwᵀ)} and {@code -dw}, and the cost's own {@code 1/2 w wᵀ}, w. */
    private void cost(int hessian, int gradient, int n, double costBar) {
      for (int i = 0; i < n; i++) {
        matrices[gradient + i] = costBar * w[i] - dw[i];
        dw[i] -= 0.5 * costBar * w[i];
      }
      for (int i = 0; i < n; i++) {
        double half = -0.5 * w[i];
        double dhalf = -0.5 * dw[i];
        int row = hessian + i * n;
        for (int j = 0; j < n; j++) {
          matrices[row + j] = half * dw[j] + dhalf * w[j];
        }
      }
    }
  }

  /** Sums over samples; samples of different groups may be added by different threads. */
  final class Sums {
    private final double[] initialState;
    private final Map<String, double[]> perSample = new LinkedHashMap<>();

    /** Of each group of samples, so that the order of a sum does not depend on threads. */
    private final Map<String, double[][]> shared = new LinkedHashMap<>();

    Sums() {
      this.initialState = new double[batch * spec.stateSize()];
      spec.context().forEach((name, s) -> perSample.put(name, new double[batch * s.size()]));
      int groups = (batch + group - 1) / group;
      spec.parameters()
          .forEach((name, p) -> shared.put(name, new double[groups][p.shape().size()]));
    }

    /** Adds what a sample gives. */
    void add(SampleBlock b, Directions d, int lane, double costBar, Scratch scratch) {
      int sample = b.progress.samples[lane];
      scratch.compute(b, d, lane, costBar);
      for (int i = 0; i < b.nx; i++) {
        double direct = costBar == 0 ? 0 : costBar * b.expansion.startGradient[i][lane];
        initialState[sample * b.nx + i] = direct - d.costates[0][i][lane];
      }
      context.forEach(
          (name, writer) -> {
            double[] all = perSample.get(name);
            writer.write(scratch.matrices, all, sample * (all.length / batch));
          });
      parameters.forEach(
          (name, writer) -> {
            double[] sum = shared.get(name)[sample / group];
            java.util.Arrays.fill(scratch.leaf, 0);
            writer.write(scratch.matrices, scratch.leaf, 0);
            for (int i = 0; i < sum.length; i++) {
              sum[i] += scratch.leaf[i];
            }
          });
    }

    /** The derivatives by name of the leaf. */
    Map<String, Array> total() {
      Map<String, Array> out = new LinkedHashMap<>();
      out.put(Objective.INITIAL_STATE, Array.of(initialState, batch, spec.stateSize()));
      perSample.forEach(
          (name, all) ->
              out.put(
                  name,
                  Array.wrap(
                      java.nio.DoubleBuffer.wrap(all),
                      Shape.batched(spec.context().get(name).dims()).withBatch(batch))));
      shared.forEach(
          (name, groups) -> {
            double[] sum = new double[groups[0].length];
            for (double[] part : groups) {
              for (int i = 0; i < sum.length; i++) {
                sum[i] += part[i];
              }
            }
            out.put(
                name,
                Array.wrap(java.nio.DoubleBuffer.wrap(sum), spec.parameters().get(name).shape()));
          });
      return out;
    }
  }
}
