package dev.difftop.learner.imitation.base;

import dev.difftop.api.Chosen;
import dev.difftop.api.Collaborators;
import dev.difftop.api.Encoder;
import dev.difftop.api.Parts;
import dev.difftop.api.array.Array;
import dev.difftop.api.array.DType;
import dev.difftop.api.array.RandomStream;
import dev.difftop.api.environment.EnvironmentSpec.Observable;
import dev.difftop.api.program.Engine;
import dev.difftop.api.program.Interpreter;
import dev.difftop.learning.Learner;
import dev.difftop.learning.LearnerContext;
import dev.difftop.learning.Policy;
import dev.difftop.learning.PolicySignature;
import dev.difftop.learning.model.ActingSettings;
import dev.difftop.learning.model.AdjointMode;
import dev.difftop.learning.model.AdjointOptions;
import dev.difftop.learning.rollout.SuccessRule;
import dev.difftop.learning.run.Compute;
import dev.difftop.learning.run.PolicyConfig;
import dev.difftop.learning.run.RunSettings;
import dev.difftop.learning.run.RunSpec;
import dev.difftop.optimization.Curvature;
import dev.difftop.optimization.adjoint.BadSamples;
import dev.difftop.optimization.adjoint.LinearSolve;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** What learners of tests are made with: demonstrations in memory, the interpreter. */
public final class Contexts {
  /** Lines that the last context noted. */
  public static final List<String> NOTES = new ArrayList<>();

  private Contexts() {}

  private record Named<T>(String name) implements Chosen<T> {}

  private record Maker(Engine engine, Supplier<Encoder> encoder) implements Parts {
    @Override
    public <T> T make(Chosen<T> choice) {
      throw new IllegalArgumentException("no part " + choice.name());
    }

    @Override
    @SuppressWarnings("unchecked")
    public <T> T make(Chosen<T> choice, Collaborators collaborators) {
      return (T) encoder.get();
    }
  }

  /** A context without an encoder. */
  public static LearnerContext of(Episodes data, long budget) {
    return of(data, budget, Optional.empty());
  }

  /** A context, with an encoder where one is given. */
  public static LearnerContext of(Episodes data, long budget, Optional<Supplier<Encoder>> encoder) {
    NOTES.clear();
    PolicyConfig policy =
        new PolicyConfig(
            encoder.map(e -> new Named<Encoder>("encoder")),
            Optional.empty(),
            Optional.empty(),
            new Named<>("none"),
            1,
            1,
            0,
            AdjointMode.EXACT,
            new AdjointOptions(1e-3, 5, Curvature.EXACT, 1e-3, LinearSolve.AUTO, 1),
            BadSamples.KEEP,
            ActingSettings.from(ActingSettings.Start.ZERO));
    RunSpec spec =
        new RunSpec(
            Optional.empty(),
            Optional.empty(),
            List.of(),
            new Named<>("interpreter"),
            policy,
            new Named<>("learner"),
            new RunSettings(3, budget, 1, 0, 0, 100, 1, 0, SuccessRule.ANY_STEP, false, 1),
            List.of());
    int nu = data.fields().get("actions").shape().size();
    Observable observable = new Observable(data.fields().get("obs/o").shape(), DType.FLOAT32);
    return new LearnerContext(
        spec,
        new Maker(new Interpreter(), encoder.orElse(() -> null)),
        new PolicySignature(Map.of("o", observable), nu),
        Optional.of(data),
        Path.of("unused"),
        new Compute(),
        run -> {
          throw new IllegalStateException("no other run");
        },
        NOTES::add);
  }

  /** Trains to the end of the budget. */
  public static void train(Learner learner) {
    while (!learner.position().isEnd()) {
      learner.update();
    }
  }

  /** An observation. */
  public static Map<String, Array> observation(double... values) {
    float[] single = new float[values.length];
    for (int i = 0; i < values.length; i++) {
      single[i] = (float) values[i];
    }
    return Map.of("o", Array.of(single, values.length));
  }

  /** The first action of a new episode for an observation, several times. */
  public static double[][] firstActions(Learner learner, int count, double... values) {
    double[][] out = new double[count][];
    try (Policy policy = learner.policy();
        Policy.Actor actor = policy.actor()) {
      for (int i = 0; i < count; i++) {
        actor.reset(RandomStream.root(100 + i));
        out[i] = actor.act(observation(values));
      }
    }
    return out;
  }
}
