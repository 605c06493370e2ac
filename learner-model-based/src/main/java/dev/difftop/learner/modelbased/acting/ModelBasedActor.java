package dev.difftop.learner.modelbased.acting;

import dev.difftop.api.Deadline;
import dev.difftop.api.Problem;
import dev.difftop.api.Sampling;
import dev.difftop.api.Solution;
import dev.difftop.api.array.Array;
import dev.difftop.api.array.RandomStream;
import dev.difftop.api.program.CompiledProgram;
import dev.difftop.learner.modelbased.ActingMode;
import dev.difftop.learner.modelbased.Exploration.Noise;
import dev.difftop.learner.modelbased.ModelBasedConfig.Executed;
import dev.difftop.learning.Metrics;
import dev.difftop.learning.Policy;
import dev.difftop.learning.model.ActingSettings.Start;
import dev.difftop.learning.model.PlanningModel;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Plans at every step of an episode. Programs are compiled once for every horizon it meets. */
public final class ModelBasedActor implements Policy.Actor {
  private final ModelBasedPolicy policy;
  private final boolean explores;
  private final int threads;
  private final Optional<? extends Listener> listener;
  private boolean listened;
  private final Map<Form, Planner> planners = new HashMap<>();
  private final PlanStatistics statistics = new PlanStatistics();
  private RandomStream episode = RandomStream.root(0);
  private ActingValues values;
  private ActingMode mode;
  private CompiledProgram encoding;
  private Planner planner;
  private long step;

  /** Listener of the plans that are acted on where a policy gradient follows them. */
  public interface Listener {
    /** Called before the first plan of an episode. */
    void begin(Planner planner);

    /** Called with every plan. */
    void planned(Map<String, Array> observation, Problem problem, Solution solution);
  }

  /** A planner that is kept: of one mode, over one horizon. */
  private record Form(ActingMode mode, int horizon) {}

  public ModelBasedActor(ModelBasedPolicy policy, boolean explores) {
    this(policy, explores, 1, Optional.empty());
  }

  /**
   * With a listener.
   *
   * @param threads that its solves may use
   */
  public ModelBasedActor(
      ModelBasedPolicy policy,
      boolean explores,
      int threads,
      Optional<? extends Listener> listener) {
    this.policy = policy;
    this.explores = explores;
    this.threads = threads;
    this.listener = listener;
  }

  @Override
  public void reset(RandomStream random) {
    episode = random;
    step = 0;
    values = policy.values.get();
    mode = policy.mode(values);
    planner = planners.computeIfAbsent(new Form(mode, values.horizon()), this::newPlanner);
    planner.start().reset();
    listened = policy.config.followsEpisodes(values.agentStep());
    listener.filter(l -> listened).ifPresent(l -> l.begin(planner));
    statistics.begin();
    if (mode.noise() == Noise.PLANNER && planner.solver() instanceof Sampling sampling) {
      sampling.setMinDeviation(values.deviation());
    }
  }

  private Planner newPlanner(Form form) {
    Planner made =
        Planner.of(
            policy.model, form.horizon(), policy.config.freesLastAction(), form.mode(), 1, threads);
    if (encoding == null) {
      PlanningModel model = made.model();
      encoding = model.engine().compile(model.encoding(), 1, model.dtype());
      model.parameters().bindTo(encoding);
    }
    return made;
  }

  @Override
  public double[] act(Map<String, Array> observation) {
    policy.signature.check(observation);
    policy
        .signature
        .observations()
        .keySet()
        .forEach(name -> encoding.input(name).copyFrom(observation.get(name)));
    encoding.run();
    RandomStream own = episode.child(step++);
    Problem problem = planner.problem(encoding.output("state"), own.child("pair"));
    Array guess = planner.start().guess(problem, own.child("start"));
    Solution solution = planner.solver().solve(problem, guess, deadline(), own.child("solve"));
    listener.filter(l -> listened).ifPresent(l -> l.planned(observation, problem, solution));
    statistics.add(solution, planner.start().policyCost());
    keep(solution);
    return executed(solution, own.child("noise"));
  }

  private Deadline deadline() {
    double millis = policy.acting.deadlineMs();
    return millis == 0 ? Deadline.none() : Deadline.after(Duration.ofNanos((long) (millis * 1e6)));
  }

  /** A sampling solver starts again from its mean, as MPPI does. */
  private void keep(Solution solution) {
    boolean mean = mode.start() == Start.SHIFTED && solution.proposal().isPresent();
    planner.start().keep(mean ? solution.proposal().orElseThrow().mean() : solution.actions());
  }

  private double[] executed(Solution solution, RandomStream noise) {
    boolean drawn = mode.executed() == Executed.DRAWN;
    Array plan = drawn ? solution.proposal().orElseThrow().drawn() : solution.actions();
    double[] action = new double[policy.signature.actionSize()];
    plan.read(0, action, 0, action.length);
    for (int i = 0; i < action.length; i++) {
      if (explores) {
        action[i] += deviation(solution, i) * noise.nextGaussian();
      }
      if (policy.config.clipActions()) {
        action[i] = Math.max(-1, Math.min(1, action[i]));
      }
    }
    return action;
  }

  private double deviation(Solution solution, int component) {
    return switch (mode.noise()) {
      case NONE -> 0;
      case SCHEDULE -> values.deviation();
      case PLANNER -> solution.proposal().orElseThrow().deviation().get(component);
    };
  }

  /** Figures of the last episode. */
  public PlanStatistics episodeStatistics() {
    return statistics;
  }

  @Override
  public Metrics statistics() {
    return statistics.total();
  }

  @Override
  public void close() {
    if (encoding != null) {
      encoding.close();
    }
    planners.values().forEach(Planner::close);
    planners.clear();
  }
}
