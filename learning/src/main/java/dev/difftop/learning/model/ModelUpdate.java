package dev.difftop.learning.model;

import dev.difftop.api.array.Array;
import dev.difftop.api.array.RandomStream;
import dev.difftop.api.program.CompiledProgram;
import dev.difftop.api.program.Profile;
import dev.difftop.api.program.Program;
import dev.difftop.learning.TrainingState;
import dev.difftop.learning.optim.Optimizer;
import dev.difftop.learning.optim.OptimizerSettings;
import dev.difftop.learning.optim.ParameterEma;
import dev.difftop.learning.replay.ReplaySample;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Updates of a world model from sequences of experience: encoder, dynamics, reward and critics by
 * the losses of {@link ModelLosses}, then the policy against the critics, then the slow copy that
 * targets are made with. What it learns is shared with the planning model, which continues to plan
 * with it.
 *
 * <p>Write sequences into {@link #observations}, {@link #actions}, {@link #rewards} and {@link
 * #importanceWeights}, then {@link #step}, then read {@link #priorities}.
 */
public final class ModelUpdate implements AutoCloseable {
  /** Noise on actions is cut at this size. */
  private static final double LARGEST_NOISE = 0.3;

  private final ModelSettings settings;
  private final RandomStream random;
  private final RandomShift shift;
  private final WorldModel world;
  private final Parameters targets;
  private final CompiledProgram losses;
  private final CompiledProgram policyLoss;
  private final Optimizer optimizer;
  private final Optimizer policyOptimizer;
  private final ParameterEma average;
  private final ValueScale scale;

  /**
   * At step 0, with fresh critics of observations; targets equal what is learned.
   *
   * @param model what is learned; its horizon H is the length of the sequences
   * @param steps updates of the whole run, for schedules
   * @param threads that an update may use; the results do not depend on it
   * @param random of fresh parameters and of noise
   * @throws IllegalArgumentException if the model's cost lacks the heads {@code reward}, {@code
   *     q1}, {@code q2} or {@code policy}, or the model reads context leaves
   */
  public ModelUpdate(
      PlanningModel model, ModelSettings settings, long steps, int threads, RandomStream random) {
    this.settings = settings;
    this.random = random;
    this.shift = new RandomShift(settings.randomShift());
    checkNotAveraged(settings.optimizer());
    checkNotAveraged(settings.policyOptimizer());
    int criticWidth = settings.observationValue() > 0 ? settings.criticWidth() : 0;
    this.world = new WorldModel(model, criticWidth, random.child("parameters"));
    this.targets = world.parameters().only(world.targetParameters()::contains).copy(model.engine());
    this.losses = compile(new ModelLosses(world, settings).program(), threads);
    this.policyLoss = compile(new PolicyLoss(world, settings).program(), threads);
    shareStates();
    this.scale = new ValueScale(model, settings.valueScale());
    Set<String> policy = world.policyParameters();
    this.optimizer =
        new Optimizer(
            settings.optimizer(),
            steps,
            world.parameters().only(name -> !policy.contains(name)),
            gradients(losses),
            name -> name.startsWith("encoder/") ? settings.encoderRate() : 1);
    this.policyOptimizer =
        new Optimizer(
            settings.policyOptimizer(),
            steps,
            world.parameters().only(policy::contains),
            gradients(policyLoss));
    this.average = new ParameterEma(world.parameters(), targets, settings.targetKept());
    importanceWeights().fill(1);
  }

  private static void checkNotAveraged(OptimizerSettings settings) {
    if (settings.averaging() > 0) {
      throw new IllegalArgumentException(
          "averaging: found %s, expected 0: a model update keeps its target copy and no other"
              .formatted(settings.averaging()));
    }
  }

  private CompiledProgram compile(Program program, int threads) {
    PlanningModel model = world.planning();
    CompiledProgram plan =
        model.engine().compile(program, settings.batch(), model.dtype(), threads);
    for (int i = 0; i < program.inputs().size(); i++) {
      String name = program.inputName(i);
      Array own = world.parameters().arrays().get(name);
      Array slow =
          name.startsWith(ModelLosses.TARGET)
              ? targets.arrays().get(name.substring(ModelLosses.TARGET.length()))
              : null;
      if (own != null || slow != null) {
        plan.bind(i, own != null ? own : slow);
      }
    }
    return plan;
  }

  /** The policy's plan reads the states where the other one writes them, if the engine lets it. */
  private void shareStates() {
    Array states = losses.output(PolicyLoss.STATES);
    if (world.planning().engine().owns(states)) {
      policyLoss.bind(policyLoss.program().inputIndex(PolicyLoss.STATES), states);
    }
  }

  private static Map<String, Array> gradients(CompiledProgram plan) {
    Map<String, Array> out = new LinkedHashMap<>();
    for (String name : plan.program().outputNames()) {
      if (name.startsWith(ModelLosses.GRADIENT)) {
        out.put(name.substring(ModelLosses.GRADIENT.length()), plan.output(name));
      }
    }
    return out;
  }

  // ------------------------------------------------------------------ a batch

  /** Where an observation's sequences are written, normalised, (B, H + 1, ...). */
  public Array observations(String name) {
    return losses.input(name);
  }

  /** Where executed actions are written, (B, H, nu). */
  public Array actions() {
    return losses.input(ModelLosses.ACTIONS);
  }

  /** Where rewards are written, (B, H). */
  public Array rewards() {
    return losses.input(ModelLosses.REWARDS);
  }

  /** Where it is written which steps ended in a terminal state, 1 or 0, (B, H); 0 at first. */
  public Array terminated() {
    return losses.input(ModelLosses.TERMINATED);
  }

  /** Where importance weights are written, (B); 1 at first. */
  public Array importanceWeights() {
    return losses.input(ModelLosses.WEIGHTS);
  }

  /**
   * Writes sequences drawn from replay, with their weights; observations as they were kept, but for
   * images that {@link ModelSettings#randomShift} moves.
   *
   * @throws IllegalArgumentException if an observation that the model reads is not in them, or
   *     sizes differ
   */
  public void take(ReplaySample sample) {
    for (String name : world.planning().observations().keySet()) {
      Array observation = sample.observations().get(name);
      if (observation == null) {
        throw new IllegalArgumentException(
            "model update: observation %s is not in the experience, which has %s"
                .formatted(name, sample.observations().keySet()));
      }
      if (shift.moves(observation)) {
        RandomStream own = random.child("shift").child(optimizer.steps()).child(name);
        shift.write(observation, observations(name), own);
      } else {
        observations(name).copyFrom(observation);
      }
    }
    actions().copyFrom(sample.actions());
    rewards().copyFrom(sample.rewards());
    terminated().copyFrom(sample.terminated());
    importanceWeights().copyFrom(sample.weights());
  }

  /** After a step: {@code Σ ρ^t Σ_i |Q_i - y_t|} of every sequence, (B), for prioritised replay. */
  public Array priorities() {
    return losses.output("priorities");
  }

  // ------------------------------------------------------------------ a step

  /** One update with what was written. */
  public ModelMetrics step() {
    return step(() -> {});
  }

  /**
   * One update with what was written and with the gradient of a further loss. The gradient of the
   * losses is clipped by its norm before the further one is added; the sum is clipped again.
   *
   * @param further adds to {@link #gradients} in place, of all but the policy
   */
  public ModelMetrics step(Runnable further) {
    drawNoise();
    drawPair();
    losses.run();
    double norm = optimizer.clip();
    further.run();
    optimizer.step();
    Array states = losses.output(PolicyLoss.STATES);
    if (!world.planning().engine().owns(states)) {
      policyLoss.input(PolicyLoss.STATES).copyFrom(states);
    }
    policyLoss.input(PolicyLoss.INVERSE_SCALE).set(0, scale.inverse());
    policyLoss.run();
    scale.step(policyLoss.output(PolicyLoss.FIRST_VALUES));
    double policyNorm = policyOptimizer.step();
    if (optimizer.steps() % settings.targetEvery() == 0) {
      average.step();
    }
    return metrics(norm, policyNorm);
  }

  private void drawNoise() {
    RandomStream noise = random.child("noise").child(optimizer.steps());
    if (world.hasGaussianPolicy()) {
      drawNormal(losses.input(ModelLosses.NOISE), noise.child("targets"));
      drawNormal(policyLoss.input(ModelLosses.NOISE), noise.child("policy"));
      return;
    }
    draw(losses.input(ModelLosses.NOISE), noise.child("targets"));
    draw(policyLoss.input(ModelLosses.NOISE), noise.child("policy"));
  }

  private static void drawNormal(Array noise, RandomStream from) {
    for (int i = 0; i < noise.size(); i++) {
      noise.set(i, from.nextGaussian());
    }
  }

  /** Marks two critics for this update. */
  private void drawPair() {
    double[] pair =
        CriticPair.draw(
            world.latentCritics().size(), random.child("pair").child(optimizer.steps()));
    losses.input(ModelLosses.PAIR).write(0, pair, 0, pair.length);
    policyLoss.input(ModelLosses.PAIR).write(0, pair, 0, pair.length);
  }

  private void draw(Array noise, RandomStream from) {
    if (settings.policyNoise() == 0) {
      return;
    }
    for (int i = 0; i < noise.size(); i++) {
      double drawn = settings.policyNoise() * from.nextGaussian();
      noise.set(i, Math.max(-LARGEST_NOISE, Math.min(LARGEST_NOISE, drawn)));
    }
  }

  private ModelMetrics metrics(double norm, double policyNorm) {
    return new ModelMetrics(
        optimizer.steps(),
        losses.output("consistency").get(0),
        losses.output("reward").get(0),
        losses.output("value").get(0),
        world.hasCritics() ? losses.output("observation value").get(0) : 0,
        world.predictsTermination() ? losses.output("termination").get(0) : 0,
        losses.output("total").get(0),
        policyLoss.output(PolicyLoss.LOSS).get(0),
        norm,
        policyNorm);
  }

  /** Gradient steps so far, those included that changed nothing. */
  public long steps() {
    return optimizer.steps();
  }

  /** The world model that it updates. */
  public WorldModel world() {
    return world;
  }

  // ------------------------------------------------------------------ state

  /**
   * Everything that is learned: the planning model's parameters and the critics of observations.
   */
  public Parameters parameters() {
    return world.parameters();
  }

  /** Everything that learning resumes from. */
  public TrainingState state() {
    return new TrainingState(
        world.parameters(),
        settings.valueScale() > 0
            ? Map.of(TrainingState.TARGET, targets, "scale", scale.state())
            : Map.of(TrainingState.TARGET, targets),
        Map.of("model", optimizer, "policy", policyOptimizer));
  }

  /**
   * The gradient of the last step by parameter, before clipping, shared: of {@code total / H}, and
   * of the policy's loss for the policy.
   */
  public Map<String, Array> gradients() {
    Map<String, Array> out = new LinkedHashMap<>(gradients(losses));
    out.putAll(gradients(policyLoss));
    return out;
  }

  /** Bytes of all buffers that its plans own. */
  public long memoryBytes() {
    return losses.memoryBytes() + policyLoss.memoryBytes();
  }

  /** Floating-point operations of an update, those of the optimisers aside. */
  public long operationCount() {
    return losses.operationCount() + policyLoss.operationCount();
  }

  /**
   * Where the time of an update goes: what its plans do, optimisers and target copy. The updates
   * are real ones: what is learned changes.
   *
   * @param runs number of updates, at least 1
   */
  public Profile profile(int runs) {
    Profile model = losses.profile(runs);
    Profile policy = policyLoss.profile(runs);
    List<Profile.Step> steps = new ArrayList<>(model.steps());
    steps.addAll(policy.steps());
    double rest = timed("optimizer of the model", optimizer::step, runs, steps);
    rest += timed("optimizer of the policy", policyOptimizer::step, runs, steps);
    rest += timed("target copy", average::step, runs, steps) / settings.targetEvery();
    rest += timed("noise", this::drawNoise, runs, steps);
    return new Profile(runs, model.micros() + policy.micros() + rest, steps);
  }

  private static double timed(String what, Runnable work, int runs, List<Profile.Step> steps) {
    long begun = System.nanoTime();
    for (int i = 0; i < runs; i++) {
      work.run();
    }
    double micros = (System.nanoTime() - begun) / 1e3 / runs;
    steps.add(new Profile.Step(what, 0, micros));
    return micros;
  }

  @Override
  public void close() {
    losses.close();
    policyLoss.close();
  }
}
