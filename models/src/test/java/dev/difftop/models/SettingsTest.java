package dev.difftop.models;

import static dev.difftop.testkit.Numeric.assertClose;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.difftop.api.Cost;
import dev.difftop.api.Declarations;
import dev.difftop.api.ProblemSpec;
import dev.difftop.api.Shapes;
import dev.difftop.api.Stage;
import dev.difftop.api.Terminal;
import dev.difftop.api.array.DType;
import dev.difftop.api.array.Initializer;
import dev.difftop.api.array.RandomStream;
import dev.difftop.api.array.Shape;
import dev.difftop.api.program.Interpreter;
import dev.difftop.api.program.Program;
import dev.difftop.api.program.Tensor;
import dev.difftop.api.program.Transforms;
import dev.difftop.models.cost.GoalDistanceConfig;
import dev.difftop.models.cost.GoalDistanceCost;
import dev.difftop.models.cost.MlpCost;
import dev.difftop.models.cost.MlpCostConfig;
import dev.difftop.models.cost.MlpResidualCost;
import dev.difftop.models.cost.MlpResidualCostConfig;
import dev.difftop.models.cost.ValueModel;
import dev.difftop.models.cost.ValueModelConfig;
import dev.difftop.models.cost.task.CartpoleSwingup;
import dev.difftop.models.cost.task.CartpoleSwingupConfig;
import dev.difftop.models.cost.task.PendulumSwingup;
import dev.difftop.models.cost.task.PendulumSwingupConfig;
import dev.difftop.models.dynamics.MlpDynamics;
import dev.difftop.models.dynamics.MlpDynamicsConfig;
import dev.difftop.models.encoder.IdentityEncoder;
import dev.difftop.models.encoder.MlpEncoder;
import dev.difftop.models.encoder.MlpEncoderConfig;
import dev.difftop.networks.Activation;
import dev.difftop.networks.Normalization;
import dev.difftop.networks.WeightInitializer;
import dev.difftop.testkit.Numeric;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/**
 * What settings do: sizes that do not fit, weights of zero, how networks start, what is combined.
 */
class SettingsTest {
  private static final Shapes PENDULUM = new Shapes(Map.of(), 1, 2);
  private static final Shapes CARTPOLE = new Shapes(Map.of(), 1, 4);

  private static void refused(Executable wrong, String... named) {
    String message = assertThrows(IllegalArgumentException.class, wrong).getMessage();
    for (String part : named) {
      assertTrue(message.contains(part), message + " does not name " + part);
    }
  }

  @Test
  void sizesThatDoNotFitAreNamed() {
    PendulumSwingupConfig pendulum = new PendulumSwingupConfig(1, 1, 1, 1);
    refused(() -> new PendulumSwingup(pendulum, CARTPOLE), "pendulum-swingup", "4", "2");
    refused(() -> cartpole(PENDULUM, 0, 1, 2, 3), "cartpole-swingup", "2", "4");
    refused(
        () -> new GoalDistanceCost(new GoalDistanceConfig(new double[3], 1), PENDULUM),
        "goal",
        "3",
        "2");
    refused(() -> new IdentityEncoder(PENDULUM), "observations");
    Shapes observed = new Shapes(Map.of("o", Shape.of(3)), 1, 0);
    refused(
        () ->
            new MlpEncoder(
                new MlpEncoderConfig(
                    9,
                    new int[0],
                    Activation.ELU,
                    Normalization.SIM_NORM,
                    WeightInitializer.ORTHOGONAL),
                observed),
        "sim-norm",
        "9",
        "8");
  }

  private static CartpoleSwingup cartpole(Shapes shapes, int... order) {
    return new CartpoleSwingup(new CartpoleSwingupConfig(order, 1, 1, 1, 1, 1, 1, 0), shapes);
  }

  @Test
  void theOrderOfACartpoleIsAPermutation() {
    refused(() -> cartpole(CARTPOLE, 0, 1, 2, 2), "order", "[0, 1, 2, 2]");
    refused(() -> cartpole(CARTPOLE, 0, 1, 2, 3, 3), "order", "[0, 1, 2, 3, 3]");
    refused(() -> cartpole(CARTPOLE, 0, 1), "order");
  }

  /** A cost's parts as tensors, with every parameter as an input of its own. */
  private static double[][] run(
      Cost cost,
      Shapes shapes,
      BiFunction<Stage, Map<String, Tensor>, Map<String, Tensor>> outputs,
      double[] x,
      double[] u,
      Map<String, double[]> values) {
    Map<String, ProblemSpec.Parameter> declared = new LinkedHashMap<>();
    cost.declare(ProblemSpec.collect("cost", declared, new LinkedHashMap<>()));
    Map<String, Tensor> theta = new LinkedHashMap<>();
    declared.forEach((name, p) -> theta.put(name.substring(5), Tensor.input(name, p.shape())));
    Tensor xs = Tensor.input("x", Shape.batched(shapes.stateSize()));
    Tensor us = Tensor.input("u", Shape.batched(shapes.actionSize()));
    Stage at = new Stage(xs, us, Tensor.constant(0), name -> null, theta::get);
    List<Tensor> inputs = new java.util.ArrayList<>(List.of(xs, us));
    inputs.addAll(theta.values());
    double[][] numbers = new double[inputs.size()][];
    numbers[0] = x;
    numbers[1] = u;
    int i = 2;
    for (Map.Entry<String, ProblemSpec.Parameter> p : declared.entrySet()) {
      double[] start =
          p.getValue().initializer().values(p.getValue().shape(), RandomStream.root(3).child(i));
      numbers[i++] = values.getOrDefault(p.getKey().substring(5), start);
    }
    Program program = Program.of(inputs, outputs.apply(at, theta));
    return Numeric.run(new Interpreter(), program, 1, DType.FLOAT64, numbers);
  }

  /** A learned weight that starts at zero, or reaches it, must be able to leave it. */
  @Test
  void weightsOfZeroHaveSlopes() {
    Cost cost = new PendulumSwingup(new PendulumSwingupConfig(0, 0, 0, 0), PENDULUM);
    double[][] slopes =
        run(
            cost,
            PENDULUM,
            (at, theta) -> gradients(cost.stage(at).sum(0), theta),
            new double[] {0.7, 2},
            new double[] {3},
            Map.of());
    double fallen = Math.cos(0.7) - 1;
    assertClose(new double[] {fallen * fallen / 2}, slopes[0], 1e-14, "q_c");
    assertClose(new double[] {Math.sin(0.7) * Math.sin(0.7) / 2}, slopes[1], 1e-14, "q_s");
    assertClose(new double[] {2}, slopes[2], 1e-14, "q_w");
    assertClose(new double[] {4.5}, slopes[3], 1e-14, "r");
  }

  private static Map<String, Tensor> gradients(Tensor cost, Map<String, Tensor> theta) {
    Map<String, Tensor> out = new LinkedHashMap<>();
    theta.forEach((name, p) -> out.put(name, Transforms.gradient(cost, p)));
    return out;
  }

  @Test
  void theStateOfACartpoleMayStandInAnotherOrder() {
    double[] found = new double[2];
    int[][] orders = {{0, 1, 2, 3}, {0, 2, 1, 3}};
    double[][] states = {{0.5, -1, 0.8, 2}, {0.5, 0.8, -1, 2}};
    for (int i = 0; i < 2; i++) {
      Cost cost = cartpole(CARTPOLE, orders[i]);
      found[i] =
          run(
              cost,
              CARTPOLE,
              (at, theta) -> Map.of("l", cost.stage(at)),
              states[i],
              new double[] {0.1},
              Map.of())[0][0];
    }
    assertEquals(found[0], found[1]);
    double expected =
        0.5 * (0.25 + 1 + Math.pow(Math.cos(0.8) - 1, 2) + Math.pow(Math.sin(0.8), 2) + 4 + 0.01);
    assertEquals(expected, found[0], 1e-14);
  }

  private static ValueModel value(ValueModelConfig.Value value) {
    return new ValueModel(
        new ValueModelConfig(4, Activation.ELU, value, 0.5, WeightInitializer.ORTHOGONAL),
        PENDULUM);
  }

  private static double[] ends(ValueModel model) {
    double[][] found =
        run(
            model,
            PENDULUM,
            (at, theta) -> {
              Terminal terminal = model.terminal(at);
              Map<String, Tensor> out = new LinkedHashMap<>();
              out.put("v", terminal.value());
              out.put("reward", model.head("reward", at));
              out.put("stage", model.stage(at));
              return out;
            },
            new double[] {0.3, -0.2},
            new double[] {0.5},
            Map.of(
                "q1/2/bias",
                new double[] {3},
                "q2/2/bias",
                new double[] {5},
                "reward/2/bias",
                new double[] {7}));
    assertEquals(7, found[1][0]);
    assertEquals(-7, found[2][0], "the stage cost is minus the reward");
    return found[0];
  }

  /** Last layers start at zero, so that the critics are their biases. */
  @Test
  void theCriticsAreCombinedAsValuesNotAsCosts() {
    assertEquals(-3, ends(value(ValueModelConfig.Value.MIN))[0]);
    assertEquals(-4, ends(value(ValueModelConfig.Value.MEAN))[0]);
    double soft = ends(value(ValueModelConfig.Value.SOFT_MIN))[0];
    assertEquals(0.5 * Math.log((Math.exp(-6) + Math.exp(-10)) / 2), soft, 1e-14);
  }

  @Test
  void headsStandInOneOrder() {
    assertEquals(
        List.of("reward", "q1", "q2", "policy"),
        List.copyOf(value(ValueModelConfig.Value.MIN).heads()));
  }

  @Test
  void thePolicyKeepsToTheBox() {
    ValueModel model = value(ValueModelConfig.Value.MIN);
    double[][] found =
        run(
            model,
            PENDULUM,
            (at, theta) -> Map.of("a", model.head("policy", at)),
            new double[] {3, 4},
            new double[] {0},
            Map.of("policy/2/bias", new double[] {100}));
    assertEquals(1, found[0][0]);
  }

  @Test
  void residualDynamicsStartNearTheIdentity() {
    MlpDynamics dynamics =
        new MlpDynamics(
            new MlpDynamicsConfig(
                new int[] {8}, Activation.TANH, true, WeightInitializer.ORTHOGONAL),
            PENDULUM);
    Map<String, Initializer> starts = starts(dynamics::declare);
    assertEquals(List.of("0/weight", "0/bias", "1/weight", "1/bias"), List.copyOf(starts.keySet()));
    assertEquals(new Initializer.Orthogonal(0.1), starts.get("1/weight"));
  }

  private static Map<String, Initializer> starts(Consumer<Declarations> part) {
    Map<String, Initializer> starts = new LinkedHashMap<>();
    part.accept(
        new Declarations() {
          @Override
          public void parameter(String name, Shape shape, Initializer initializer) {
            starts.put(name, initializer);
          }

          @Override
          public void context(String name, Shape sample) {
            throw new AssertionError("a network reads no context");
          }
        });
    return starts;
  }

  /** In every part the first layer starts as the setting says. */
  @Test
  void weightsStartAsChosen() {
    Map<WeightInitializer, Initializer> expected =
        Map.of(
            WeightInitializer.ORTHOGONAL, new Initializer.Orthogonal(1),
            WeightInitializer.KAIMING, new Initializer.Kaiming(Math.sqrt(2)),
            WeightInitializer.XAVIER, new Initializer.Xavier(1),
            WeightInitializer.UNIFORM, new Initializer.Kaiming(1 / Math.sqrt(3)),
            WeightInitializer.ZERO, new Initializer.Constant(0));
    int[] hidden = {8};
    expected.forEach(
        (weights, start) -> {
          Map<String, Initializer> all = new LinkedHashMap<>();
          all.putAll(
              starts(
                  new MlpEncoder(
                          new MlpEncoderConfig(
                              4, hidden, Activation.ELU, Normalization.NONE, weights),
                          new Shapes(Map.of("o", Shape.of(3)), 1, 0))
                      ::declare));
          assertEquals(start, all.get("0/weight"));
          assertEquals(start, all.get("1/weight"));
          all.putAll(
              starts(
                  new MlpDynamics(
                          new MlpDynamicsConfig(hidden, Activation.ELU, false, weights), PENDULUM)
                      ::declare));
          assertEquals(start, all.get("0/weight"));
          assertEquals(start, all.get("1/weight"));
          all.putAll(
              starts(
                  new MlpCost(new MlpCostConfig(hidden, Activation.ELU, true, weights), PENDULUM)
                      ::declare));
          assertEquals(start, all.get("stage/0/weight"));
          assertEquals(start, all.get("terminal/1/weight"));
          all.putAll(
              starts(
                  new MlpResidualCost(
                          new MlpResidualCostConfig(hidden, 2, Activation.ELU, weights), PENDULUM)
                      ::declare));
          assertEquals(start, all.get("stage/0/weight"));
          all.putAll(
              starts(
                  new ValueModel(
                          new ValueModelConfig(
                              8, Activation.ELU, ValueModelConfig.Value.MIN, 0.1, weights),
                          PENDULUM)
                      ::declare));
          assertEquals(start, all.get("reward/0/weight"));
          assertEquals(start, all.get("policy/2/weight"));
          assertEquals(start, all.get("q2/1/weight"));
          assertEquals(new Initializer.Constant(0), all.get("q1/2/weight"));
        });
  }

  /** A leaf that nothing makes, or the same one twice, is refused with those that are there. */
  @Test
  void contextLeavesThatAreNotThereAreNamed() {
    Shapes coded = PENDULUM.withContext(Map.of("code", Shape.of(3)));
    for (List<String> names : List.of(List.of("cod"), List.of("code", "code"))) {
      refused(
          () ->
              new MlpCost(
                  new MlpCostConfig(
                      new int[] {4}, Activation.TANH, true, WeightInitializer.ORTHOGONAL, names),
                  coded),
          "cost mlp",
          "context",
          names.get(0));
    }
  }
}
