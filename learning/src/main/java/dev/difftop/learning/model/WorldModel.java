package dev.difftop.learning.model;

import dev.difftop.api.Cost;
import dev.difftop.api.ProblemSpec;
import dev.difftop.api.Stage;
import dev.difftop.api.array.RandomStream;
import dev.difftop.api.array.Shape;
import dev.difftop.api.program.Program;
import dev.difftop.api.program.Tensor;
import dev.difftop.networks.CategoricalHeads;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * A planning model seen as a world model: encoder h, dynamics f, and the heads {@code reward},
 * {@code q1}, {@code q2} and {@code policy} of its cost, with critics of observations beside them.
 * The planning cost and the losses of learning are made from the same heads.
 */
public final class WorldModel {
  /** The two critics of observations, and heads of the first two critics of latent states. */
  public static final List<String> CRITICS = List.of("q1", "q2");

  /** After the name of a head that is a number: the head of its distribution over bins. */
  private static final String LOGITS = "-logits";

  private static final String POLICY_MEAN = "policy-mean";
  private static final String POLICY_DEVIATION = "policy-deviation";

  /**
   * Head of the dynamics, where it has one: the logit of the probability that a latent state is
   * terminal, (B).
   */
  public static final String TERMINATION = "termination";

  private final PlanningModel model;
  private final Optional<ObservationCritics> critics;
  private final Map<String, Shape> shapes = new LinkedHashMap<>();
  private final Parameters parameters;

  /**
   * A world model.
   *
   * @param criticWidth of the critics of observations; 0 for none
   * @param random of these critics' parameters
   * @throws IllegalArgumentException if the cost has no such heads, or the model reads context
   *     leaves
   */
  WorldModel(PlanningModel model, int criticWidth, RandomStream random) {
    this.model = model;
    checkHeads(model.spec().cost());
    if (!model.spec().context().isEmpty()) {
      throw new IllegalArgumentException(
          "model update: the model reads context leaves %s; sequences have none"
              .formatted(model.spec().context().keySet()));
    }
    this.critics =
        criticWidth == 0
            ? Optional.empty()
            : Optional.of(
                new ObservationCritics(
                    model.observations(), model.spec().actionSize(), criticWidth));
    Map<String, ProblemSpec.Parameter> declared = new LinkedHashMap<>();
    critics.ifPresent(
        c ->
            c.declare(
                ProblemSpec.collect(ObservationCritics.PART, declared, new LinkedHashMap<>())));
    this.parameters =
        model.parameters().with(new Parameters(model.engine(), model.dtype(), declared, random));
    parameters.arrays().forEach((name, array) -> shapes.put(name, array.shape()));
  }

  private static void checkHeads(Cost cost) {
    List<String> needed = List.of("reward", "q1", "q2", "policy");
    if (!cost.heads().containsAll(needed)) {
      throw new IllegalArgumentException(
          "model update: the cost %s has the heads %s, expected %s"
              .formatted(cost.getClass().getSimpleName(), cost.heads(), needed));
    }
    if (cost.heads().contains("reward" + LOGITS) && !(cost instanceof CategoricalHeads)) {
      throw new IllegalArgumentException(
          "model update: the cost %s wraps one whose rewards are distributions over bins, which it does not say; choose the inner cost alone"
              .formatted(cost.getClass().getSimpleName()));
    }
  }

  /** Parameters of all parts, those of the planning model shared with it. */
  public Parameters parameters() {
    return parameters;
  }

  /** Whether there are critics of observations. */
  public boolean hasCritics() {
    return critics.isPresent();
  }

  /** Heads of all critics of latent states, {@code q1} to {@code qN}, at least two. */
  public List<String> latentCritics() {
    return latentCritics(model.spec().cost());
  }

  /** Heads of all critics of a cost. */
  public static List<String> latentCritics(Cost cost) {
    List<String> out = new ArrayList<>();
    for (int i = 1; cost.heads().contains("q" + i); i++) {
      out.add("q" + i);
    }
    return out;
  }

  /**
   * The loss of a head that is a number: the cross-entropy of its distribution over bins where it
   * has one, else the squared error, (B).
   *
   * @param target (B)
   */
  Tensor numberLoss(String name, Tensor z, Tensor u, Tensor target, Map<String, Tensor> theta) {
    return model.spec().cost() instanceof CategoricalHeads categorical
        ? categorical.twoHot().crossEntropy(head(name + LOGITS, z, u, theta), target)
        : head(name, z, u, theta).minus(target).square();
  }

  /** Whether the policy is a Gaussian before its tanh. */
  boolean hasGaussianPolicy() {
    return model.spec().cost().heads().contains(POLICY_DEVIATION);
  }

  /**
   * Actions of a Gaussian policy, {@code tanh(m + σ ε)}.
   *
   * @param action (B, nu)
   * @param entropy {@code -log p(action)}, (B)
   */
  record Drawn(Tensor action, Tensor entropy) {}

  /**
   * Actions of a Gaussian policy with given noise; differentiable in the policy.
   *
   * @param noise standard normal, (B, nu)
   */
  Drawn draw(Tensor z, Tensor noise, Map<String, Tensor> theta) {
    Tensor none = Tensor.zeros(Shape.batched(model.spec().actionSize()));
    Tensor deviation = head(POLICY_DEVIATION, z, none, theta);
    Tensor action = head(POLICY_MEAN, z, none, theta).plus(deviation.times(noise)).tanh();
    Tensor density =
        noise.square().times(-0.5).minus(deviation.log()).minus(0.5 * Math.log(2 * Math.PI));
    Tensor squashed = Tensor.constant(1 + 1e-6).minus(action.square()).log();
    return new Drawn(action, squashed.minus(density).sum(1));
  }

  /** Whether the dynamics predict terminal states. */
  public boolean predictsTermination() {
    return model.spec().dynamics().heads().contains(TERMINATION);
  }

  /** Logit of the probability that a state is terminal, (B). */
  Tensor termination(Tensor z, Map<String, Tensor> theta) {
    ProblemSpec.Leaves leaves = new ProblemSpec.Leaves(Map.of(), theta);
    Tensor none = Tensor.zeros(Shape.batched(model.spec().actionSize()));
    Stage at = new Stage(z, none, Tensor.constant(0), leaves::context, leaves.of("dynamics"));
    return model.spec().dynamics().head(TERMINATION, at);
  }

  /** Fresh inputs for parameters, their names after a prefix. */
  public Map<String, Tensor> inputs(String prefix, Set<String> names) {
    Map<String, Tensor> out = new LinkedHashMap<>();
    names.forEach(name -> out.put(name, Tensor.input(prefix + name, shapes.get(name))));
    return out;
  }

  // ------------------------------------------------------------------ functions of one step

  /** h, (B, nz). */
  public Tensor encode(List<Tensor> observations, Map<String, Tensor> theta) {
    Map<String, Tensor> named = new LinkedHashMap<>();
    int i = 0;
    for (String name : model.observations().keySet()) {
      named.put(name, observations.get(i++));
    }
    return model.encode(named, theta);
  }

  /** f, (B, nz). */
  public Tensor next(Tensor z, Tensor u, int t, Map<String, Tensor> theta) {
    return model.spec().next(z, u, Tensor.constant(t), new ProblemSpec.Leaves(Map.of(), theta));
  }

  /** A head of the cost. */
  public Tensor head(String name, Tensor z, Tensor u, Map<String, Tensor> theta) {
    ProblemSpec.Leaves leaves = new ProblemSpec.Leaves(Map.of(), theta);
    Stage at = new Stage(z, u, Tensor.constant(0), leaves::context, leaves.of("cost"));
    return model.spec().cost().head(name, at);
  }

  /** π, (B, nu). */
  public Tensor policy(Tensor z, Map<String, Tensor> theta) {
    Tensor none = Tensor.zeros(Shape.batched(model.spec().actionSize()));
    return head("policy", z, none, theta);
  }

  /** A critic of observations, (B). */
  public Tensor observationCritic(
      String name, List<Tensor> observations, Tensor u, Map<String, Tensor> theta) {
    Tensor x = ObservationCritics.joined(observations, u);
    Function<String, Tensor> own =
        new ProblemSpec.Leaves(Map.of(), theta).of(ObservationCritics.PART);
    return critics.orElseThrow().value(name, x, own);
  }

  // ------------------------------------------------------------------ which parameters

  /** Names of the parameters that the policy is made of. */
  public Set<String> policyParameters() {
    Map<String, Tensor> theta = inputs("", shapes.keySet());
    Tensor z = Tensor.input("state", Shape.batched(model.spec().stateSize()));
    return used(theta, policy(z, theta), z);
  }

  /** Names of the parameters of the critics of observations. */
  public Set<String> observationCriticParameters() {
    return parameters.below(ObservationCritics.PART + "/").keySet();
  }

  /** Names of the parameters that targets are made of: encoder and critics. */
  public Set<String> targetParameters() {
    Map<String, Tensor> theta = inputs("", shapes.keySet());
    Tensor z = Tensor.input("state", Shape.batched(model.spec().stateSize()));
    Tensor u = Tensor.input("action", Shape.batched(model.spec().actionSize()));
    Set<String> out = new LinkedHashSet<>();
    shapes.keySet().stream()
        .filter(n -> n.startsWith("encoder/") || n.startsWith(ObservationCritics.PART + "/"))
        .forEach(out::add);
    latentCritics().forEach(name -> out.addAll(used(theta, head(name, z, u, theta), z, u)));
    return out;
  }

  private static Set<String> used(Map<String, Tensor> theta, Tensor y, Tensor... at) {
    List<Tensor> inputs = new ArrayList<>(List.of(at));
    inputs.addAll(theta.values());
    Set<Tensor> nodes = new java.util.HashSet<>(Program.of(inputs, Map.of("y", y)).nodes());
    Set<String> out = new LinkedHashSet<>();
    theta.forEach(
        (name, tensor) -> {
          if (nodes.contains(tensor)) {
            out.add(name);
          }
        });
    return out;
  }

  /** The model behind it. */
  public PlanningModel planning() {
    return model;
  }
}
