package dev.difftop.models.cost;

import dev.difftop.api.Cost;
import dev.difftop.api.Declarations;
import dev.difftop.api.Point;
import dev.difftop.api.Shapes;
import dev.difftop.api.Stage;
import dev.difftop.api.Terminal;
import dev.difftop.api.array.Initializer;
import dev.difftop.api.program.Tensor;
import dev.difftop.networks.CategoricalHeads;
import dev.difftop.networks.Mlp;
import dev.difftop.networks.TwoHot;
import jakarta.inject.Inject;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What TD-MPC2 plans with: rewards and critics are distributions over bins, of which {@code reward}
 * and {@code q1}, {@code q2}, ... read the number; {@code J = -Σ γ^t R(z_t, a_t) - γ^H (Q1 + Q2)/2}
 * at the policy's mean action. Learners read the distributions too, as heads {@code reward-logits},
 * {@code q1-logits}, ... (B, bins), and {@code policy-mean}, before its tanh, and {@code
 * policy-deviation}, (B, nu). All layers are normalised. Hansen, Su, Wang, "TD-MPC2: scalable,
 * robust world models for continuous control", 2024.
 */
final class CategoricalValueModel implements Cost, CategoricalHeads {
  private static final String LOGITS = "-logits";
  private static final String REWARD = "reward";
  private static final String POLICY = "policy";
  private static final String POLICY_MEAN = "policy-mean";
  private static final String POLICY_DEVIATION = "policy-deviation";

  /** Log of the standard deviation of the policy lies between these. */
  private static final double LOWEST_LOG_DEVIATION = -10;

  private static final double HIGHEST_LOG_DEVIATION = 2;

  private final TwoHot twoHot;
  private final int actionSize;
  private final Mlp policy;

  /** Reward and critics by the name of their head. */
  private final Map<String, Mlp> distributions = new LinkedHashMap<>();

  @Inject
  CategoricalValueModel(CategoricalValueModelConfig config, Shapes shapes) {
    this.twoHot = new TwoHot(config.bins(), config.low(), config.high());
    this.actionSize = shapes.actionSize();
    int nz = shapes.stateSize();
    distributions.put(REWARD, distribution(REWARD, nz + actionSize, config));
    for (int i = 1; i <= config.critics(); i++) {
      distributions.put("q" + i, distribution("q" + i, nz + actionSize, config));
    }
    Initializer weights = config.weights().initializer(1);
    this.policy =
        new Mlp(
            POLICY + "/",
            nz,
            hidden(config),
            2 * actionSize,
            config.activation(),
            weights,
            weights,
            true);
  }

  private static int[] hidden(CategoricalValueModelConfig config) {
    return new int[] {config.width(), config.width()};
  }

  private static Mlp distribution(String head, int in, CategoricalValueModelConfig config) {
    return new Mlp(
        head + "/",
        in,
        hidden(config),
        config.bins(),
        config.activation(),
        config.weights().initializer(1),
        new Initializer.Constant(0),
        true);
  }

  @Override
  public TwoHot twoHot() {
    return twoHot;
  }

  @Override
  public void declare(Declarations declare) {
    distributions.values().forEach(network -> network.declare(declare));
    policy.declare(declare);
  }

  @Override
  public Set<String> heads() {
    Set<String> out = new LinkedHashSet<>(distributions.keySet());
    distributions.keySet().forEach(name -> out.add(name + LOGITS));
    out.addAll(List.of(POLICY, POLICY_MEAN, POLICY_DEVIATION));
    return Collections.unmodifiableSet(out);
  }

  @Override
  public Tensor head(String name, Stage at) {
    Mlp number = distributions.get(name);
    if (number != null) {
      return twoHot.number(number.apply(joined(at), at::parameter));
    }
    if (name.endsWith(LOGITS) && heads().contains(name)) {
      String of = name.substring(0, name.length() - LOGITS.length());
      return distributions.get(of).apply(joined(at), at::parameter);
    }
    return switch (name) {
      case POLICY -> mean(at).tanh();
      case POLICY_MEAN -> mean(at);
      case POLICY_DEVIATION -> deviation(at);
      default -> Cost.super.head(name, at);
    };
  }

  private Tensor mean(Point at) {
    return policy.apply(at.x(), at::parameter).slice(1, 0, actionSize);
  }

  /** {@code log σ} by a tanh between its bounds. */
  private Tensor deviation(Point at) {
    double half = (HIGHEST_LOG_DEVIATION - LOWEST_LOG_DEVIATION) / 2;
    Tensor raw = policy.apply(at.x(), at::parameter).slice(1, actionSize, actionSize);
    return raw.tanh().plus(1).times(half).plus(LOWEST_LOG_DEVIATION).exp();
  }

  private static Tensor joined(Stage at) {
    return Tensor.concat(1, at.x(), at.u());
  }

  @Override
  public Tensor stage(Stage at) {
    return head(REWARD, at).negate();
  }

  @Override
  public Terminal terminal(Point at) {
    Stage acting = at.with(mean(at).tanh());
    return new Terminal(
        Terminal.Combiner.MEAN,
        0,
        List.of(head("q1", acting).negate(), head("q2", acting).negate()));
  }
}
