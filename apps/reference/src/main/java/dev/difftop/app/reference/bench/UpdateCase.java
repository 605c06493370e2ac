package dev.difftop.app.reference.bench;

import dev.difftop.api.ProblemSpec;
import dev.difftop.api.array.Array;
import dev.difftop.api.array.DType;
import dev.difftop.api.array.RandomStream;
import dev.difftop.api.array.Shape;
import dev.difftop.api.program.Engine;
import dev.difftop.api.program.Profile;
import dev.difftop.learning.model.ModelMetrics;
import dev.difftop.learning.model.ModelSettings;
import dev.difftop.learning.model.ModelUpdate;
import dev.difftop.learning.model.PlanningModel;
import dev.difftop.learning.optim.OptimizerSettings;
import dev.difftop.learning.optim.Schedule;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.DoubleSupplier;

/**
 * One whole update of TD-MPC in float32: all losses over sequences of 5 steps with their gradient,
 * the policy's, Adam for both, the target copy; from the same sequences every time.
 *
 * @param name name of the case
 * @param batch sequences per update
 * @param width of all networks but the encoder
 */
record UpdateCase(String name, int batch, int width) implements BenchCase {
  private static final int HORIZON = 5;
  private static final int PROFILED_RUNS = 5;

  @Override
  public double seconds() {
    return 20;
  }

  @Override
  public Work prepare(Engine engine, int threads) {
    long begun = System.nanoTime();
    ProblemSpec spec =
        new ProblemSpec(
            new TdMpcNetworks.Moving(width), new TdMpcNetworks.Judging(width), HORIZON, 0.99);
    RandomStream random = RandomStream.root(0);
    PlanningModel model =
        new PlanningModel(
            engine,
            DType.FLOAT32,
            new TdMpcNetworks.Observing(),
            spec,
            Map.of("o", Shape.of(TdMpcNetworks.OBSERVATION)),
            random);
    ModelUpdate update = new ModelUpdate(model, settings(), 1, threads, random.child("update"));
    double millis = (System.nanoTime() - begun) / 1e6;
    Random numbers = new Random(0);
    fill(update.observations("o"), numbers::nextGaussian);
    fill(update.actions(), () -> 2 * numbers.nextDouble() - 1);
    fill(update.rewards(), numbers::nextDouble);
    return new UpdateWork(update, millis);
  }

  private ModelSettings settings() {
    OptimizerSettings adam =
        new OptimizerSettings(
            OptimizerSettings.Method.ADAM,
            1e-3,
            Schedule.CONSTANT,
            0,
            0,
            0.9,
            0.999,
            1e-8,
            0,
            false,
            0,
            10,
            0,
            List.of(),
            0);
    return new ModelSettings(
        batch,
        2,
        0.5,
        0.1,
        0.1,
        1,
        ModelSettings.Consistency.TARGET,
        1e4,
        0.5,
        0.05,
        0,
        0,
        0.99,
        2,
        width,
        adam,
        1,
        adam,
        0);
  }

  private static void fill(Array array, DoubleSupplier numbers) {
    for (int i = 0; i < array.size(); i++) {
      array.set(i, numbers.getAsDouble());
    }
  }

  /** An update that is ready to run. */
  private static final class UpdateWork implements Work {
    private final ModelUpdate update;
    private final double compileMillis;
    private ModelMetrics last;

    private UpdateWork(ModelUpdate update, double compileMillis) {
      this.update = update;
      this.compileMillis = compileMillis;
    }

    @Override
    public void run() {
      last = update.step();
    }

    @Override
    public double[] result() {
      return new double[] {
        last.total(), last.policy(), last.gradientNorm(), last.policyGradientNorm()
      };
    }

    @Override
    public Optional<Profile> profile() {
      return Optional.of(update.profile(PROFILED_RUNS));
    }

    @Override
    public Map<String, Object> more() {
      Map<String, Object> more = new LinkedHashMap<>();
      more.put("compile_ms", compileMillis);
      more.put("memory_bytes", update.memoryBytes());
      more.put("operations", update.operationCount());
      return more;
    }

    @Override
    public void close() {
      update.close();
    }
  }
}
