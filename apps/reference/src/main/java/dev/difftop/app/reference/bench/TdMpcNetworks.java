package dev.difftop.app.reference.bench;

import dev.difftop.api.Cost;
import dev.difftop.api.Declarations;
import dev.difftop.api.Dynamics;
import dev.difftop.api.Encoder;
import dev.difftop.api.Point;
import dev.difftop.api.Stage;
import dev.difftop.api.Terminal;
import dev.difftop.api.array.Initializer;
import dev.difftop.api.array.Shape;
import dev.difftop.api.program.Tensor;
import java.util.Set;
import java.util.function.Function;

/**
 * The networks of TD-MPC in the sizes of the comparison: 24 observations, 6 actions, latent state
 * 50, encoder width 256, all others of a given width. They are made here, so that they are measured
 * without plugins.
 */
final class TdMpcNetworks {
  static final int OBSERVATION = 24;
  static final int LATENT = 50;
  static final int ACTIONS = 6;
  private static final int ENCODER_WIDTH = 256;

  private TdMpcNetworks() {}

  /** Linear layers with ELU between them; of a critic the first has layer norm and tanh. */
  private record Layers(String prefix, int[] sizes, boolean critic, double last) {
    void declare(Declarations declare) {
      for (int l = 0; l + 1 < sizes.length; l++) {
        double gain = l + 2 == sizes.length ? last : 1;
        Shape shape = Shape.of(sizes[l + 1], sizes[l]);
        declare.parameter(prefix + l + "/weight", shape, new Initializer.Orthogonal(gain));
        declare.parameter(
            prefix + l + "/bias", Shape.of(sizes[l + 1]), new Initializer.Constant(0));
      }
      if (critic) {
        Shape shape = Shape.of(sizes[1]);
        declare.parameter(prefix + "norm/weight", shape, new Initializer.Constant(1));
        declare.parameter(prefix + "norm/bias", shape, new Initializer.Constant(0));
      }
    }

    Tensor apply(Tensor x, Function<String, Tensor> theta) {
      Tensor h = x;
      for (int l = 0; l + 1 < sizes.length; l++) {
        h = h.linear(theta.apply(prefix + l + "/weight"), theta.apply(prefix + l + "/bias"));
        if (critic && l == 0) {
          Tensor scale = theta.apply(prefix + "norm/weight");
          h = h.layerNorm(scale, theta.apply(prefix + "norm/bias"), 1e-5).tanh();
        } else if (l + 2 < sizes.length) {
          h = h.elu();
        }
      }
      return h;
    }
  }

  /** h. */
  static final class Observing implements Encoder {
    private final Layers layers =
        new Layers("", new int[] {OBSERVATION, ENCODER_WIDTH, LATENT}, false, 1);

    @Override
    public void declare(Declarations declare) {
      layers.declare(declare);
    }

    @Override
    public int stateSize() {
      return LATENT;
    }

    @Override
    public Tensor encode(Reading at) {
      return layers.apply(at.observation("o"), at.parameters());
    }
  }

  /** f. */
  static final class Moving implements Dynamics {
    private final Layers layers;

    Moving(int width) {
      layers = new Layers("", new int[] {LATENT + ACTIONS, width, width, LATENT}, false, 1);
    }

    @Override
    public void declare(Declarations declare) {
      layers.declare(declare);
    }

    @Override
    public int stateSize() {
      return LATENT;
    }

    @Override
    public int actionSize() {
      return ACTIONS;
    }

    @Override
    public Tensor next(Stage at) {
      return layers.apply(Tensor.concat(1, at.x(), at.u()), at::parameter);
    }
  }

  /** R, Q1, Q2 and π. */
  static final class Judging implements Cost {
    private final Layers reward;
    private final Layers first;
    private final Layers second;
    private final Layers policy;

    Judging(int width) {
      int[] ofActions = {LATENT + ACTIONS, width, width, 1};
      reward = new Layers("reward/", ofActions, false, 5);
      first = new Layers("q1/", ofActions, true, 2);
      second = new Layers("q2/", ofActions, true, 2);
      policy = new Layers("policy/", new int[] {LATENT, width, width, ACTIONS}, false, 1);
    }

    @Override
    public void declare(Declarations declare) {
      reward.declare(declare);
      first.declare(declare);
      second.declare(declare);
      policy.declare(declare);
    }

    @Override
    public Set<String> heads() {
      return Set.of("reward", "q1", "q2", "policy");
    }

    @Override
    public Tensor head(String name, Stage at) {
      if (name.equals("policy")) {
        return policy.apply(at.x(), at::parameter).tanh();
      }
      Layers layers = name.equals("reward") ? reward : name.equals("q1") ? first : second;
      return layers.apply(Tensor.concat(1, at.x(), at.u()), at::parameter).squeeze(1);
    }

    @Override
    public Tensor stage(Stage at) {
      return head("reward", at).negate();
    }

    @Override
    public Terminal terminal(Point at) {
      Stage acting = at.with(policy.apply(at.x(), at::parameter).tanh());
      return Terminal.of(head("q1", acting).min(head("q2", acting)).negate());
    }
  }
}
