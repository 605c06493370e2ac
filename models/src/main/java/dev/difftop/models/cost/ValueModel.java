package dev.difftop.models.cost;

import dev.difftop.api.Cost;
import dev.difftop.api.Declarations;
import dev.difftop.api.Point;
import dev.difftop.api.Shapes;
import dev.difftop.api.Stage;
import dev.difftop.api.Terminal;
import dev.difftop.api.array.Initializer;
import dev.difftop.api.program.Tensor;
import dev.difftop.networks.Critic;
import dev.difftop.networks.Mlp;
import jakarta.inject.Inject;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * What TD-MPC plans with: {@code J = -Σ γ^t R(z_t, a_t) - γ^H V(z_H)}, V the combined critics at
 * the policy's action, {@code π(z) = tanh(policy(z))}. Heads: {@code reward}, {@code q1}, {@code
 * q2}, {@code policy}; parameters are named by the same words. Hansen, Wang, Su, "Temporal
 * difference learning for model predictive control", 2022.
 */
public final class ValueModel implements Cost {
  /** In one order in every run, unlike {@link Set#of}. */
  private static final Set<String> HEADS =
      Collections.unmodifiableSet(new LinkedHashSet<>(List.of("reward", "q1", "q2", "policy")));

  private final ValueModelConfig config;
  private final Mlp reward;
  private final Mlp policy;
  private final Critic first;
  private final Critic second;

  @Inject
  public ValueModel(ValueModelConfig config, Shapes shapes) {
    int nz = shapes.stateSize();
    int in = nz + shapes.actionSize();
    int[] hidden = {config.width(), config.width()};
    this.config = config;
    this.reward =
        new Mlp(
            "reward/",
            in,
            hidden,
            1,
            config.activation(),
            config.weights().initializer(1),
            new Initializer.Constant(0));
    this.policy =
        new Mlp(
            "policy/",
            nz,
            hidden,
            shapes.actionSize(),
            config.activation(),
            config.weights().initializer(1),
            config.weights().initializer(1));
    this.first =
        new Critic("q1/", in, config.width(), config.activation(), config.weights().initializer(1));
    this.second =
        new Critic("q2/", in, config.width(), config.activation(), config.weights().initializer(1));
  }

  @Override
  public void declare(Declarations declare) {
    reward.declare(declare);
    policy.declare(declare);
    first.declare(declare);
    second.declare(declare);
  }

  @Override
  public Set<String> heads() {
    return HEADS;
  }

  @Override
  public Tensor head(String name, Stage at) {
    return switch (name) {
      case "reward" -> reward.apply(joined(at), at::parameter).squeeze(1);
      case "policy" -> policy.apply(at.x(), at::parameter).tanh();
      case "q1" -> first.apply(joined(at), at::parameter);
      case "q2" -> second.apply(joined(at), at::parameter);
      default -> Cost.super.head(name, at);
    };
  }

  private static Tensor joined(Stage at) {
    return Tensor.concat(1, at.x(), at.u());
  }

  @Override
  public Tensor stage(Stage at) {
    return head("reward", at).negate();
  }

  @Override
  public Terminal terminal(Point at) {
    Stage acting = at.with(policy.apply(at.x(), at::parameter).tanh());
    List<Tensor> pieces = List.of(head("q1", acting).negate(), head("q2", acting).negate());
    return switch (config.value()) {
      case MIN -> new Terminal(Terminal.Combiner.MAX, 0, pieces);
      case MEAN -> new Terminal(Terminal.Combiner.MEAN, 0, pieces);
      case SOFT_MIN -> new Terminal(Terminal.Combiner.SOFT_MAX, config.temperature(), pieces);
    };
  }
}
