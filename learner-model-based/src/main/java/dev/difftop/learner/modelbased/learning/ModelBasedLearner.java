package dev.difftop.learner.modelbased.learning;

import dev.difftop.api.array.DType;
import dev.difftop.api.array.RandomStream;
import dev.difftop.api.environment.Environment;
import dev.difftop.learner.modelbased.ModelBasedConfig;
import dev.difftop.learner.modelbased.PolicyGradientSettings.Source;
import dev.difftop.learner.modelbased.acting.ActingValues;
import dev.difftop.learner.modelbased.acting.ModelBasedActor;
import dev.difftop.learner.modelbased.acting.ModelBasedPolicy;
import dev.difftop.learner.modelbased.experience.EpisodeCollector;
import dev.difftop.learner.modelbased.experience.EpisodeCollector.Collected;
import dev.difftop.learner.modelbased.experience.EpisodeCollector.Explorer;
import dev.difftop.learner.modelbased.experience.EpisodeRecorder;
import dev.difftop.learner.modelbased.experience.PlannedReturn;
import dev.difftop.learner.modelbased.experience.ReplayStore;
import dev.difftop.learner.modelbased.gradient.EpisodeGradient;
import dev.difftop.learner.modelbased.gradient.GradientArrays;
import dev.difftop.learner.modelbased.gradient.PlanGradient;
import dev.difftop.learner.modelbased.gradient.PolicyGradient;
import dev.difftop.learner.modelbased.gradient.PolicyGradientStep;
import dev.difftop.learner.modelbased.gradient.UpdateStatistics;
import dev.difftop.learning.Counters;
import dev.difftop.learning.Learner;
import dev.difftop.learning.LearnerContext;
import dev.difftop.learning.Metric;
import dev.difftop.learning.Metrics;
import dev.difftop.learning.NonFiniteLossException;
import dev.difftop.learning.Position;
import dev.difftop.learning.TrainingState;
import dev.difftop.learning.audit.AuditSample;
import dev.difftop.learning.audit.GradientAudit;
import dev.difftop.learning.model.ModelMetrics;
import dev.difftop.learning.model.ModelUpdate;
import dev.difftop.learning.model.Parameters;
import dev.difftop.learning.model.PlanningModel;
import dev.difftop.learning.optim.Optimizer;
import dev.difftop.learning.optim.OptimizerSettings;
import dev.difftop.learning.replay.Replay;
import dev.difftop.learning.replay.ReplayEpisode;
import dev.difftop.learning.replay.ReplaySample;
import dev.difftop.learning.replay.ReplaySettings;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Learns a model of the environment, critics and a policy from replayed experience, and acts by
 * planning with them: TD-MPC; with a policy gradient through the plan, DiffTOP. An update is one
 * episode in every environment and then the gradient steps that are owed for them.
 */
public final class ModelBasedLearner implements Learner {
  private static final String ENVIRONMENT_STEPS = "environment steps";
  private static final String AGENT_STEPS = "agent steps";
  private static final String EPISODES = "episodes";
  private static final String DROPPED = "dropped_episodes";
  private static final String DROPPED_IN_A_ROW = "dropped in a row";
  private static final String SKIPPED = "skipped";
  private static final String SKIPPED_IN_A_ROW = "skipped in a row";
  private static final int MOST_DROPPED = 3;

  private final ModelBasedConfig config;
  private final LearnerContext context;
  private final PlanningModel model;
  private final ModelUpdate update;
  private final ReplayStore store;
  private final RandomStream random;
  private final EpisodeCollector collector;
  private final Optional<PolicyGradientStep> ownStep;
  private final Optional<AveragedModel> averaged;
  private final int actionRepeat;
  private final Counters counters = new Counters();
  private Optional<ReplaySample> batch = Optional.empty();
  private Optional<PolicyGradient> policyGradient = Optional.empty();
  private Optional<Diagnostics> diagnostics = Optional.empty();

  /**
   * A learner at step 0.
   *
   * @throws IllegalArgumentException if settings contradict each other, or parts of the policy do
   *     not fit each other
   */
  @Inject
  public ModelBasedLearner(ModelBasedConfig config, LearnerContext context) {
    this(config, context, DType.FLOAT32);
  }

  /** In another number format. */
  public ModelBasedLearner(ModelBasedConfig config, LearnerContext context, DType dtype) {
    this.config = config;
    this.context = context;
    this.random = context.random().child("model-based");
    this.model = context.newPlanningModel(dtype);
    new ModelBasedChecks(config, context, model).run();
    this.collector = newCollector();
    this.actionRepeat = collector.spec().actionRepeat();
    checkBudget();
    this.update =
        new ModelUpdate(
            model,
            config.model(),
            plannedUpdates(),
            context.run().threads(),
            random.child("update"));
    ReplaySettings replay =
        config.replay().folder().isPresent()
            ? config.replay()
            : config.replay().in(context.folder().resolve(ReplayStore.NAME));
    this.store = new ReplayStore(replay, model.spec().horizon());
    this.ownStep = config.policyGradient().optimizer().map(this::newStep);
    this.averaged = config.averaging() > 0 ? Optional.of(newAverage()) : Optional.empty();
  }

  private EpisodeCollector newCollector() {
    List<Environment> environments = new ArrayList<>();
    for (int i = 0; i < context.run().environments(); i++) {
      environments.add(context.newEnvironment());
    }
    return new EpisodeCollector(
        environments, context.signature(), this::newExplorer, context.run().threads());
  }

  private Explorer newExplorer() {
    Optional<EpisodeGradient> gradient =
        config.policyGradient().source() == Source.EPISODE
            ? Optional.of(
                new EpisodeGradient(update, config.policyGradient().weight(), moved(), context))
            : Optional.empty();
    // Explorers that act at once share the threads by being several.
    int threads = context.run().environments() == 1 ? context.run().threads() : 1;
    return new Explorer(new ModelBasedActor(policyOf(model), true, threads, gradient), gradient);
  }

  private PolicyGradientStep newStep(OptimizerSettings settings) {
    boolean ofEpisodes = config.policyGradient().source() == Source.EPISODE;
    return new PolicyGradientStep(
        settings,
        config.policyGradient().gradientClip(),
        ofEpisodes ? plannedEpisodes() : plannedUpdates(),
        moved());
  }

  /** What the policy gradient moves: neither the policy nor the critics that value the plans. */
  private Parameters moved() {
    Set<String> frozen = new HashSet<>(update.world().policyParameters());
    frozen.addAll(update.world().observationCriticParameters());
    return update.parameters().only(name -> !frozen.contains(name));
  }

  private AveragedModel newAverage() {
    return new AveragedModel(model, config.averaging());
  }

  private void checkBudget() {
    long seeded = (long) config.seedSteps() * actionRepeat;
    if (context.run().budget() <= seeded) {
      collector.close();
      throw new IllegalArgumentException(
          "run.budget: found %d environment steps, expected more than the seed phase of %d (learner.seed-steps %d x action repeat %d)"
              .formatted(context.run().budget(), seeded, config.seedSteps(), actionRepeat));
    }
  }

  /** Gradient steps that the budget owes: what schedules of learning rates run over. */
  private long plannedUpdates() {
    double agentSteps = context.run().budget() / (double) actionRepeat;
    return Math.max(1, (long) (agentSteps * config.updatesPerStep()));
  }

  private long plannedEpisodes() {
    double agentSteps = context.run().budget() / (double) actionRepeat;
    return Math.max(1, (long) (agentSteps / collector.spec().episodeSteps() / collector.size()));
  }

  @Override
  public List<Metric> metrics() {
    return LearnerMetrics.of(update.world());
  }

  @Override
  public boolean actsInSeveralEnvironments() {
    return true;
  }

  @Override
  public Position position() {
    long steps = counters.count(ENVIRONMENT_STEPS);
    return new Position(steps, context.run().budget(), "environment step", steps, updates());
  }

  private long updates() {
    return update.steps();
  }

  private ActingValues values() {
    long step = counters.count(AGENT_STEPS);
    return new ActingValues(
        step,
        config.actingHorizon().at(step, model.spec().horizon()),
        config.exploration().at(step));
  }

  // ------------------------------------------------------------------ episodes, then updates

  @Override
  public Metrics update() {
    long before = counters.count(AGENT_STEPS);
    Metrics acted = context.compute().in("acting", this::collect);
    long after = counters.count(AGENT_STEPS);
    long counted = config.planUntrained() ? before : after;
    long owed = counted < config.seedSteps() ? 0 : (long) (counted * config.updatesPerStep());
    Metrics learned = learn(owed - updates());
    return acted
        .and(learned)
        .with("episodes", counters.get(EPISODES))
        .with(DROPPED, counters.get(DROPPED))
        .with(SKIPPED, counters.get(SKIPPED));
  }

  /** Collects an episode in every environment; figures are means over those that are kept. */
  private Metrics collect() {
    boolean explores = counters.count(AGENT_STEPS) >= config.seedSteps();
    ActingValues values = values();
    long first = counters.count(EPISODES) + 1;
    List<Collected> episodes = collector.collect(explores, random.child("episodes"), first);
    counters.add(EPISODES, episodes.size());
    List<Metrics> kept = new ArrayList<>();
    List<Collected> followed = new ArrayList<>();
    for (Collected episode : episodes) {
      Optional<Metrics> figures = keep(episode, values);
      figures.ifPresent(kept::add);
      figures.ifPresent(f -> followed.add(episode));
    }
    if (explores && !followed.isEmpty() && config.followsEpisodes(values.agentStep())) {
      stepAlong(followed);
    }
    return mean(kept);
  }

  /** One step of the optimiser of its own along the policy gradient of episodes. */
  private void stepAlong(List<Collected> episodes) {
    PolicyGradientStep own = ownStep.orElseThrow();
    double norms = 0;
    for (Collected episode : episodes) {
      norms += episode.gradient().orElseThrow().addTo(own.sums());
    }
    countSkipped(own.take(norms));
  }

  /** Adds an episode to the experience, unless it cannot be learned from. */
  private Optional<Metrics> keep(Collected collected, ActingValues values) {
    EpisodeRecorder recorder = collected.recorder();
    counters.add(AGENT_STEPS, recorder.length());
    counters.add(ENVIRONMENT_STEPS, (double) recorder.length() * actionRepeat);
    if (!recorder.violation().isEmpty()) {
      drop(recorder.violation());
      return Optional.empty();
    }
    counters.set(DROPPED_IN_A_ROW, 0);
    ReplayEpisode episode = recorder.episode();
    store.get().append(episode);
    Metrics out =
        Metrics.NONE
            .with("return", collected.sum())
            .with("episode_length", recorder.length())
            .with("deviation", values.deviation())
            .with("horizon", values.horizon());
    boolean planned = collected.planned().length > 0;
    return Optional.of(planned ? out.and(compared(episode, collected)) : out);
  }

  private static Metrics mean(List<Metrics> all) {
    UpdateStatistics sums = new UpdateStatistics();
    all.forEach(one -> one.values().forEach(sums::add));
    return sums.means();
  }

  private void drop(String reason) {
    counters.add(DROPPED, 1);
    context.note("dropped episode %d: %s".formatted(counters.count(EPISODES), reason));
    if (counters.add(DROPPED_IN_A_ROW, 1) >= MOST_DROPPED) {
      throw new NonFiniteLossException(
          "learner model-based: %d episodes in a row could not be learned from; the last one: %s"
              .formatted(MOST_DROPPED, reason));
    }
  }

  /** Planned against realised returns of an episode that was planned. */
  private Metrics compared(ReplayEpisode episode, Collected collected) {
    EpisodeRecorder recorder = collected.recorder();
    double realized =
        PlannedReturn.firstHalf(
            PlannedReturn.realized(
                recorder.rewards(), model.spec().discount(), recorder.isTerminated()));
    return collected
        .plans()
        .with("planned_return", PlannedReturn.firstHalf(collected.planned()))
        .with("realized_return", realized)
        .with("critic_bias", diagnostics().meanValue(episode) - realized)
        .and(collected.gradient().map(g -> g.statistics().means()).orElse(Metrics.NONE));
  }

  private Metrics learn(long steps) {
    UpdateStatistics statistics = new UpdateStatistics();
    for (long i = 0; i < steps && store.get().sequences() > 0; i++) {
      step(statistics);
    }
    return statistics.means();
  }

  private void step(UpdateStatistics statistics) {
    Replay replay = store.get();
    ReplaySample sample = sample(replay);
    RandomStream own = random.child("updates").child(updates());
    context
        .compute()
        .in(
            "replay",
            () -> {
              replay.sample(sample, own.child("sample"));
              update.take(sample);
            });
    ModelMetrics metrics = update.step(() -> addPolicyGradient(own.child("plan"), statistics));
    double further = ownStep.isPresent() ? stepOwn(own.child("plan"), statistics) : 0;
    if (countSkipped(metrics.gradientNorm() + metrics.policyGradientNorm() + further)) {
      return;
    }
    averaged.ifPresent(AveragedModel::step);
    context.compute().in("replay", () -> replay.prioritise(sample, update.priorities()));
    statistics.add(metrics, update.world());
  }

  private boolean replaysPlans() {
    return config.policyGradient().weight() > 0
        && config.policyGradient().source() == Source.REPLAY;
  }

  /** Adds the policy gradient on replayed states to that of the model losses. */
  private void addPolicyGradient(RandomStream own, UpdateStatistics statistics) {
    if (replaysPlans() && ownStep.isEmpty()) {
      double clip = config.policyGradient().gradientClip();
      addReplayed(new GradientArrays(update.gradients()), clip, own, statistics);
    }
  }

  /** A step along the policy gradient on replayed states; returns its norm. */
  private double stepOwn(RandomStream own, UpdateStatistics statistics) {
    if (!replaysPlans()) {
      return 0;
    }
    PolicyGradientStep step = ownStep.orElseThrow();
    return step.take(addReplayed(step.sums(), 0, own, statistics));
  }

  /** Returns the norm of what it adds; what is not finite is not added. */
  private double addReplayed(
      GradientArrays sums, double clip, RandomStream own, UpdateStatistics statistics) {
    PlanGradient.Report report =
        context.compute().in("policy gradient", () -> policyGradient().addTo(sums, clip, own));
    report.addTo(statistics);
    return report.norm();
  }

  /**
   * Counts a step along gradients that are not finite, which changed nothing; many in a row will
   * not end by themselves.
   *
   * @param norm of the gradients
   */
  private boolean countSkipped(double norm) {
    if (Double.isFinite(norm)) {
      counters.set(SKIPPED_IN_A_ROW, 0);
      return false;
    }
    counters.add(SKIPPED, 1);
    if (counters.add(SKIPPED_IN_A_ROW, 1) >= config.maxSkipped()) {
      throw new NonFiniteLossException(
          "learner model-based: the gradient was not finite in %d gradient steps in a row, up to step %d; lower learner.model.optimizer.learning-rate"
              .formatted(config.maxSkipped(), updates()));
    }
    return true;
  }

  @Override
  public Metrics measure() {
    return store
        .ifFilled()
        .filter(replay -> replay.sequences() > 0)
        .map(replay -> diagnostics().modelErrors(replay, random.child("measure").child(updates())))
        .orElse(Metrics.NONE);
  }

  /** Audits the gradient through the plan on states of its own draw from replay. */
  @Override
  public Optional<GradientAudit.Report> audit() {
    if (!replaysPlans() || store.ifFilled().isEmpty()) {
      return Optional.empty();
    }
    RandomStream own = random.child("audit").child(updates());
    ReplaySample drawn = store.get().newSample(config.model().batch());
    store.get().sample(drawn, own.child("sample"));
    return Optional.of(policyGradient().audit(drawn, own.child("entries")));
  }

  @Override
  public Optional<AuditSample> auditSample(int samples, RandomStream from) {
    if (!replaysPlans() || store.ifFilled().isEmpty()) {
      return Optional.empty();
    }
    ReplaySample drawn = store.get().newSample(samples);
    store.get().sample(drawn, from);
    return Optional.of(policyGradient().plans(drawn, samples));
  }

  // ------------------------------------------------------------------ parts made when needed

  private ReplaySample sample(Replay replay) {
    if (batch.isEmpty()) {
      batch = Optional.of(replay.newSample(config.model().batch()));
    }
    return batch.get();
  }

  private PolicyGradient policyGradient() {
    int configured = config.policyGradient().horizon();
    int horizon = configured == 0 ? values().horizon() : configured;
    if (policyGradient.isPresent() && policyGradient.get().horizon() != horizon) {
      policyGradient.get().close();
      policyGradient = Optional.empty();
    }
    if (policyGradient.isEmpty()) {
      policyGradient =
          Optional.of(
              new PolicyGradient(
                  update, config.policyGradient(), horizon, config.freesLastAction(), context));
    }
    return policyGradient.get();
  }

  private Diagnostics diagnostics() {
    if (diagnostics.isEmpty()) {
      diagnostics = Optional.of(new Diagnostics(update));
    }
    return diagnostics.get();
  }

  // ------------------------------------------------------------------ policy, state

  /** {@inheritDoc} Actors of it belong to the averaged copy where there is one. */
  @Override
  public ModelBasedPolicy policy() {
    return policyOf(averaged.map(AveragedModel::copy).orElse(model));
  }

  private ModelBasedPolicy policyOf(PlanningModel planning) {
    return new ModelBasedPolicy(planning, context.signature(), config, context, this::values);
  }

  /** Experience. */
  public Replay replay() {
    return store.get();
  }

  @Override
  public TrainingState state() {
    TrainingState learned = update.state();
    Map<String, Parameters> copies = new TreeMap<>(learned.copies());
    averaged.ifPresent(a -> copies.put(TrainingState.AVERAGED, a.copy().parameters()));
    Map<String, Optimizer> optimizers = new TreeMap<>(learned.optimizers());
    ownStep.ifPresent(own -> optimizers.put("policy-gradient", own.optimizer()));
    return new TrainingState(
        learned.parameters(), copies, optimizers, counters, Map.of(ReplayStore.NAME, store));
  }

  @Override
  public void close() {
    policyGradient.ifPresent(PolicyGradient::close);
    diagnostics.ifPresent(Diagnostics::close);
    collector.close();
    store.close();
    update.close();
  }
}
