package dev.difftop.learning.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.difftop.api.Cost;
import dev.difftop.api.Declarations;
import dev.difftop.api.Point;
import dev.difftop.api.ProblemSpec;
import dev.difftop.api.Stage;
import dev.difftop.api.Terminal;
import dev.difftop.api.array.Array;
import dev.difftop.api.array.DType;
import dev.difftop.api.array.Initializer;
import dev.difftop.api.array.RandomStream;
import dev.difftop.api.array.Shape;
import dev.difftop.api.config.Settings;
import dev.difftop.api.program.Interpreter;
import dev.difftop.api.program.Tensor;
import dev.difftop.learning.optim.OptimizerSettings;
import dev.difftop.networks.CategoricalHeads;
import dev.difftop.networks.TwoHot;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** Updates of distributions over bins, of an ensemble of critics and of a Gaussian policy. */
final class CategoricalUpdateTest {
  private static final int HORIZON = 2;
  private static final int BATCH = 4;
  private static final int BINS = 5;
  private static final double STEP = 1e-6;

  /** Heads of one layer each, three critics. */
  private static class Heads implements Cost, CategoricalHeads {
    private static final List<String> NUMBERS = List.of("reward", "q1", "q2", "q3");

    @Override
    public TwoHot twoHot() {
      return new TwoHot(BINS, -2, 2);
    }

    @Override
    public void declare(Declarations declare) {
      int nz = TinyParts.STATE;
      for (String name : NUMBERS) {
        declare.parameter(name, Shape.of(BINS, nz + 1), new Initializer.Orthogonal(1));
      }
      declare.parameter("policy", Shape.of(2, nz), new Initializer.Orthogonal(1));
    }

    @Override
    public Set<String> heads() {
      Set<String> out = new LinkedHashSet<>(NUMBERS);
      NUMBERS.forEach(name -> out.add(name + "-logits"));
      out.addAll(List.of("policy", "policy-mean", "policy-deviation"));
      return out;
    }

    private static Tensor linear(String name, Tensor x, Stage at) {
      return x.linear(at.parameter(name), Tensor.constant(0.1));
    }

    @Override
    public Tensor head(String name, Stage at) {
      if (NUMBERS.contains(name)) {
        return twoHot().number(head(name + "-logits", at));
      }
      if (name.endsWith("-logits")) {
        String of = name.substring(0, name.length() - "-logits".length());
        return linear(of, Tensor.concat(1, at.x(), at.u()), at);
      }
      Tensor both = linear("policy", at.x(), at);
      return switch (name) {
        case "policy" -> both.slice(1, 0, 1).tanh();
        case "policy-mean" -> both.slice(1, 0, 1);
        default -> both.slice(1, 1, 1).tanh().exp();
      };
    }

    @Override
    public Tensor stage(Stage at) {
      return head("reward", at).negate();
    }

    @Override
    public Terminal terminal(Point at) {
      return Terminal.none();
    }
  }

  /** A wrapper that does not say what its heads are. */
  private static final class Silent implements Cost {
    private final Heads inner = new Heads();

    @Override
    public void declare(Declarations declare) {
      inner.declare(declare);
    }

    @Override
    public Set<String> heads() {
      return inner.heads();
    }

    @Override
    public Tensor stage(Stage at) {
      return inner.stage(at);
    }

    @Override
    public Terminal terminal(Point at) {
      return inner.terminal(at);
    }
  }

  private static ModelSettings settings(double rate) {
    OptimizerSettings adam = OptimizerSettings.adam(rate);
    return Settings.of(ModelSettings.class)
        .with(ModelSettings::batch, BATCH)
        .with(ModelSettings::observationValue, 0.0)
        .with(ModelSettings::optimizer, adam)
        .with(ModelSettings::policyOptimizer, adam)
        .with(ModelSettings::entropy, 0.3)
        .get();
  }

  private static ModelUpdate update(Cost cost, ModelSettings settings) {
    PlanningModel model =
        new PlanningModel(
            new Interpreter(),
            DType.FLOAT64,
            new TinyParts.TinyEncoder(),
            new ProblemSpec(new TinyParts.TinyDynamics(), cost, HORIZON, 0.9),
            Map.of("o", Shape.of(2)),
            RandomStream.root(4));
    ModelUpdate update = new ModelUpdate(model, settings, 10, 1, RandomStream.root(5));
    RandomStream data = RandomStream.root(6);
    for (Array array : List.of(update.observations("o"), update.actions(), update.rewards())) {
      for (int i = 0; i < array.size(); i++) {
        array.set(i, 4 * data.nextDouble() - 2);
      }
    }
    return update;
  }

  /** Parameters that targets are not made of, so that differences see the losses alone. */
  @Test
  void gradientsAgreeWithDifferences() {
    try (ModelUpdate update = update(new Heads(), settings(1e-12))) {
      update.step();
      Map<String, Array> found = update.gradients();
      for (String name : List.of("reward", "q1", "q2", "q3", "policy")) {
        Array gradient = found.get("cost/" + name);
        double largest = 0;
        for (int i = 0; i < gradient.size(); i += 1 + gradient.size() / 4) {
          double expected = (loss(name, i, STEP) - loss(name, i, -STEP)) / (2 * STEP);
          assertEquals(expected, gradient.get(i), 1e-7, name + " " + i);
          largest = Math.max(largest, Math.abs(expected));
        }
        assertTrue(largest > 1e-4, name);
      }
    }
  }

  private static double loss(String name, int i, double step) {
    try (ModelUpdate moved = update(new Heads(), settings(1e-12))) {
      Array values = moved.parameters().arrays().get("cost/" + name);
      values.set(i, values.get(i) + step);
      ModelMetrics metrics = moved.step();
      return name.equals("policy") ? metrics.policy() : metrics.total() / HORIZON;
    }
  }

  private static Map<String, double[]> after(int steps, UnaryOperator<ModelSettings> change) {
    try (ModelUpdate update = update(new Heads(), change.apply(settings(0.01)))) {
      // Values that differ by more than 1.
      update.parameters().arrays().get("cost/q1").fill(3);
      Map<String, double[]> out = new java.util.TreeMap<>();
      for (int i = 0; i < steps; i++) {
        update.step();
      }
      update.parameters().arrays().forEach((name, a) -> out.put(name, a.toDoubles()));
      return out;
    }
  }

  private static void changes(String changed, String same, UnaryOperator<ModelSettings> change) {
    Map<String, double[]> usual = after(1, s -> s);
    Map<String, double[]> found = after(1, change);
    assertFalse(Arrays.equals(usual.get(changed), found.get(changed)), changed);
    assertArrayEquals(usual.get(same), found.get(same), same);
  }

  @Test
  void everyOptionChangesWhatItIsAbout() {
    changes("cost/policy", "cost/q3", s -> Settings.of(s).with(ModelSettings::entropy, 3.0).get());
  }

  /** The encoder moves by its share of the learning rate in the first step. */
  @Test
  void theEncoderHasARateOfItsOwn() {
    double[] fresh = after(0, s -> s).get("encoder/w");
    double[] usual = after(1, s -> s).get("encoder/w");
    double[] slow =
        after(1, s -> Settings.of(s).with(ModelSettings::encoderRate, 0.3).get()).get("encoder/w");
    for (int i = 0; i < fresh.length; i++) {
      assertEquals(0.3 * (usual[i] - fresh[i]), slow[i] - fresh[i], 1e-12);
    }
  }

  /** The copy and the encoder itself part after the first step. */
  @Test
  void predictionsAreComparedWithEitherEncoder() {
    UnaryOperator<ModelSettings> online =
        s ->
            Settings.of(s)
                .with(ModelSettings::consistencyTarget, ModelSettings.Consistency.ONLINE)
                .get();
    assertArrayEquals(after(1, s -> s).get("dynamics/w"), after(1, online).get("dynamics/w"));
    assertNotEquals(after(2, s -> s).get("dynamics/w")[0], after(2, online).get("dynamics/w")[0]);
  }

  /** The scale follows the range of values, divides the loss above 1 and is part of the state. */
  @Test
  void thePolicysLossIsScaled() {
    ModelSettings scaled = Settings.of(settings(1e-12)).with(ModelSettings::valueScale, 0.5).get();
    try (ModelUpdate update = update(new Heads(), scaled);
        ModelUpdate plain = update(new Heads(), settings(1e-12))) {
      assertEquals(plain.step().policy(), update.step().policy(), 1e-12);
      Array scale = update.state().copies().get("scale").arrays().get("value-scale");
      assertNotEquals(1, scale.get(0));
      scale.set(0, 4);
      double entropy = settings(1e-12).entropy();
      assertTrue(entropy > 0);
      double[] before = update.gradients().get("cost/policy").toDoubles();
      update.step();
      assertFalse(Arrays.equals(before, update.gradients().get("cost/policy").toDoubles()));
      assertFalse(plain.state().copies().containsKey("scale"));
    }
  }

  @Test
  void theScaleIsTheRangeOfPercentiles() {
    try (ModelUpdate update = update(new Heads(), settings(1e-12))) {
      ValueScale scale = new ValueScale(update.world().planning(), 0.25);
      double[] values = new double[101];
      for (int i = 0; i < values.length; i++) {
        values[i] = 0.1 * ((i * 37) % 101);
      }
      scale.step(Array.of(values, 101));
      assertEquals(1 / (1 + 0.25 * (9 - 1)), scale.inverse(), 1e-12);
      scale.step(Array.of(new double[] {Double.NaN, 1}, 2));
      assertEquals(1 / 3.0, scale.inverse(), 1e-12);
      scale.state().arrays().get("value-scale").set(0, 0.1);
      assertEquals(1, scale.inverse());
    }
  }

  @Test
  void pairsAreTwoCriticsAndAllOfThem() {
    double[] counts = new double[5];
    RandomStream random = RandomStream.root(1);
    for (int n = 0; n < 2000; n++) {
      double[] pair = CriticPair.draw(5, random);
      assertEquals(2, Arrays.stream(pair).sum());
      for (int i = 0; i < 5; i++) {
        counts[i] += pair[i];
      }
    }
    for (double count : counts) {
      assertEquals(800, count, 100);
    }
    assertArrayEquals(new double[] {1, 1}, CriticPair.draw(2, random));
  }

  /** Targets take the smaller critic of the pair: one that is not drawn cannot lower them. */
  @Test
  void targetsTakeThePairAlone() {
    double[] losses = new double[40];
    Set<Double> different = new LinkedHashSet<>();
    try (ModelUpdate update = update(new Heads(), settings(1e-12))) {
      // The copy of one critic is far below the others; a third of the pairs goes without it.
      Array low = update.state().copies().get("target").arrays().get("cost/q3");
      for (int bin = 0; bin < BINS; bin++) {
        for (int i = 0; i < TinyParts.STATE + 1; i++) {
          low.set(bin * (TinyParts.STATE + 1) + i, 0);
        }
      }
      for (int i = 0; i < losses.length; i++) {
        losses[i] = update.step().value();
        different.add((double) Math.round(losses[i] * 1e3));
      }
    }
    assertTrue(different.size() > 1, different.toString());
  }

  @Test
  void refusesAWrapperThatHidesBins() {
    IllegalArgumentException e =
        assertThrows(
            IllegalArgumentException.class, () -> update(new Silent(), settings(1)).close());
    assertTrue(e.getMessage().contains("Silent"), e.getMessage());
  }
}
